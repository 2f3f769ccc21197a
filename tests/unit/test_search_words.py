"""Full text without a store: how words are cut and folded, what is asked, what a snippet shows."""

from __future__ import annotations

from datetime import UTC, datetime
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import Event, InvalidValue, Recorded, Snippet, Source, StatementMade
from comity.domain.search.letters import plain
from comity.domain.search.matching import snippet_of, spans
from comity.domain.search.question import MOST_WORDS, Term, terms_of
from comity.domain.search.words import joined_of, told_words, words_of


def found(question: str, text: str) -> bool:
    """Whether a text has everything that is asked."""
    return all(spans(term, text) for term in terms_of(question))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kasım", "kasim"),
        ("KASIM", "kasim"),
        ("İstanbul", "istanbul"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Ørsted", "orsted"),
        ("Đặng", "dang"),
        ("Æthelred", "aethelred"),
        ("Əliyev", "aliyev"),
        ("ﬁnance", "finance"),
        ("ＷＴＯ", "wto"),
        ("٢٠٢٣", "2023"),
        ("۲۰۲۳", "2023"),
        ("Йошкар", "иошкар"),
        ("Семён", "семен"),
        ("ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("کراچی", "كراچي"),
        ("שָׁלוֹם", "שלום"),
        ("exam\u00adple", "example"),
    ],
)
def test_case_accents_and_marks_do_not_matter(text: str, folded: str) -> None:
    assert plain(text) == plain(folded) == folded
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert plain(normalize(form, text)) == folded


def test_vowels_that_make_another_word_stay() -> None:
    assert plain("हिन्दी") != plain("हन्द")
    assert plain("が") != plain("か")
    assert plain("กา") != plain("กู")


@given(st.text(max_size=20))
def test_folding_again_changes_nothing(word: str) -> None:
    assert plain(plain(word)) == plain(word)


@given(st.text(max_size=60))
def test_every_form_of_a_text_has_the_same_words(text: str) -> None:
    assert told_words([normalize("NFC", text)]) == told_words([normalize("NFD", text)])


@given(st.text(max_size=60))
def test_words_are_where_they_say(text: str) -> None:
    for words in (words_of(text), joined_of(text)):
        for word, start, end in words:
            assert word
            assert not set(word) & set(' \t\n¶"*')
            assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Sanaa", "in Sana'a"),
        ("Sana'a", "in Sanaa"),
        ("Sana’a", "in Sanaʿa"),
        ("Ivoire", "Côte d'Ivoire"),
        ("d'ivoire", "COTE D’IVOIRE"),
        ("'Ali", "ʿAlī"),
        ("ussr", "the U.S.S.R. and"),
        ("U.S.", "US officials"),
        ("45122", "45,122 t"),
        ("45,122", "45122 t"),
        ("2023-06-20", "on 2023-06-20."),
        ("pk-ru-5", "pk-ru-5"),
        ("北", "在北京会谈"),
        ("北京", "在北京会谈"),
        ("谈", "在北京会谈"),
        ("京会谈", "在北京会谈"),
        ("서울", "서울에서"),
        ("서울", normalize("NFD", "서울에서")),
        ("ガス", "ｶﾞｽ"),
        ("กรุง", "กรุงเทพ"),
        ('"北京 talks"', "在北京 talks"),
        ('"talks 北京"', "talks 北京会"),
        ('"crude oil"', "of Crude-Oil"),
        ("“crude oil”", "crude oil"),
        ("kara*", "to Karachi"),
        ('"to kara*"', "to Karachi"),
        ("AND", "this and that"),
        ("-oil", "oil"),
        ("note:oil", "note: oil"),
        ("oil\x00karachi", "oil, Karachi"),
        ("oil\x1b[31m", "oil 31m"),
        ('"oil', "oil"),
        ('oil"', "oil"),
        ("((oil)) ^ {x}", "oil x"),
        ("NEAR(oil karachi, 5)", "near oil Karachi 5"),
        ("* oil", "oil"),
    ],
)
def test_what_is_asked_is_found(question: str, text: str) -> None:
    assert found(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ('"crude oil"', "oil crude"),
        ('"crude oil"', "crude and oil"),
        ("2023-06-20", "2023-20-06"),
        ("北会", "在北京会谈"),
        ("北京", "北 京"),
        ("kara", "Karachi"),
        ("oil gas", "oil"),
        ('"北京 talks"', "北京会 talks"),
        ("45122", "4,5122"),
    ],
)
def test_what_is_not_there_is_not_found(question: str, text: str) -> None:
    assert not found(question, text)


def test_a_term_is_asked_once() -> None:
    assert terms_of("Oil oil ÖIL oi*") == (Term(("oil",)), Term(("oi",), True))


@pytest.mark.parametrize("question", ["", " ", "\x00", "*", '""', "(-)", "…", "🙂", "¶", 5, None])
def test_a_question_without_words_is_refused(question: str) -> None:
    with pytest.raises(InvalidValue, match="words to search for"):
        terms_of(question)


def test_too_many_words_are_refused_without_being_repeated() -> None:
    assert len(terms_of(" ".join(map(str, range(MOST_WORDS))))) == MOST_WORDS
    for question in (" ".join(map(str, range(MOST_WORDS + 1))), "word " * 10_000, "x" * 10**6):
        with pytest.raises(InvalidValue, match="at most 100 words") as refusal:
            terms_of(question)
        assert len(str(refusal.value)) < 200


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidValue, match="surrogates"):
        terms_of("oil \ud800")


@given(st.text(max_size=80))
def test_whatever_is_typed_is_words_or_refused(question: str) -> None:
    try:
        terms = terms_of(question)
    except InvalidValue:
        return
    assert all(word for term in terms for word in term.words)


@given(st.text(min_size=1, max_size=30))
def test_a_text_is_found_by_itself(text: str) -> None:
    try:
        terms_of(text)
    except InvalidValue:
        return
    assert found(text, text)


# What a snippet shows


def snippet(question: str, **fields: object) -> Snippet:
    told: dict[str, object] = {"by": "PAK", "parties": ("PAK", "RUS"), "when": "2023-06-20"}
    event = StatementMade(**told | fields)  # type: ignore[arg-type]  # as each test gives them
    return _snippet(question, event)


def _snippet(question: str, event: Event) -> Snippet:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return snippet_of(Recorded(event, event.relationship, 1, 1, at), terms_of(question))


def marked(shown: Snippet) -> list[str]:
    return [shown.text[start:end] for start, end in shown.marks]


def test_the_field_with_most_of_the_terms_is_shown() -> None:
    shown = snippet("oil karachi", text="Oil, oil!", note="oil for Karachi", speaker="Karachi")
    assert (shown.field, shown.text) == ("note", "oil for Karachi")
    assert marked(shown) == ["oil", "Karachi"]


def test_a_source_is_shown_with_its_place() -> None:
    shown = snippet("dawn", sources=[Source("Tass"), Source("The Dawn")])
    assert (shown.field, shown.text, marked(shown)) == (
        "sources[1].publisher",
        "The Dawn",
        ["Dawn"],
    )


def test_of_a_long_text_the_part_that_matched_is_shown() -> None:
    text = f"{'before ' * 100}the Kasım pipeline {'after ' * 100}"
    shown = snippet("kasim", text=text)
    assert marked(shown) == ["Kasım"]
    assert len(shown.text) < 170
    assert shown.text[0] == shown.text[-1] == "…"
    assert shown.text[1:-1] in text


def test_a_name_that_matches_is_shown_beside_the_code() -> None:
    shown = snippet("pakistan", text="nothing of it")
    assert (shown.field, shown.text) == ("parties", "Pakistan (PAK), Russia (RUS)")
    assert marked(shown) == ["Pakistan"]
    assert "Russian Federation (RUS)" in snippet("federation").text


def test_marks_that_touch_are_one() -> None:
    assert marked(snippet("北京会", text="在北京会谈 x y")) == ["北京会"]


@given(st.text(max_size=400), st.text(min_size=1, max_size=12))
def test_marks_are_within_the_text_and_apart(text: str, question: str) -> None:
    try:
        shown = snippet(question, text=text)
    except InvalidValue:
        return
    at = 0
    for start, end in shown.marks:
        assert at <= start < end <= len(shown.text)
        at = end
