"""The note on a relationship: what it says, that it is short, and that data is never markup."""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import comity
from comity import (
    AgreementDenounced,
    AgreementInForce,
    AgreementSigned,
    AlignmentRecorded,
    DealSigned,
    EnvoyArrived,
    InvalidInput,
    InvalidValue,
    MeasureImposed,
    MeetingHeld,
    MeetingScheduled,
    MissionClosed,
    MissionOpened,
    NotInstalled,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    Source,
    StatementMade,
    TimelineEngine,
)
from comity.adapters.cli.dossier import dossier
from comity.adapters.render.brief import write_brief
from comity.adapters.render.note_writers import markdown_text
from tests.unit.briefs import FOUNDED, opening, section, written
from tests.unit.given import PAIR, given


def test_a_note_begins_with_names_and_with_what_a_person_would_say_first() -> None:
    with given(
        FOUNDED,
        MissionOpened(sender="PAK", host="RUS", when="1949", city="Moscow"),
        MissionOpened(sender="RUS", host="PAK", when="1950", level="consulate", city="Karachi"),
        MeetingHeld(meeting="m", parties=PAIR, when="2023-06-20", kind="consultation"),
    ) as engine:
        text = written(engine, on="2023-07-01")
    assert text.startswith("# Pakistan and Russia\n\n*Pakistan (PAK), Russia (RUS). ")
    assert "As of 1 July 2023" in text
    assert opening(text) == (
        "Diplomatic relations between Pakistan and Russia were established on 1 May 1948. "
        "An embassy of Pakistan in Moscow and a consulate of Russia in Karachi; "
        "the last meeting recorded was a consultation, on 20 June 2023."
    )


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "Nothing is recorded of diplomatic relations between Pakistan and Russia."),
        ([FOUNDED.replace(when="1948-05")], "were established in May 1948."),
        ([FOUNDED.replace(when="194X")], "were established in the 1940s."),
        ([FOUNDED.replace(when="[..1948]")], "were established in 1948 or before."),
        ([FOUNDED.replace(when="1948-05-01~")], "were established on about 1 May 1948."),
        ([FOUNDED, RelationsSuspended(parties=PAIR, when="1970")],
         "were established on 1 May 1948 and suspended in 1970."),
        ([FOUNDED, RelationsSevered(parties=PAIR, when="1970-02-03")],
         "were established on 1 May 1948 and severed on 3 February 1970."),
        ([FOUNDED, RelationsSevered(parties=PAIR, when="1970"),
          RelationsRestored(parties=PAIR, when="1975-06")],
         "were established on 1 May 1948, severed in 1970 and restored in June 1975."),
        ([RelationsSevered(parties=PAIR, when="1970")], "were severed in 1970."),
        ([RelationsRestored(parties=PAIR, when="1995-08-05")], "were restored on 5 August 1995."),
        ([FOUNDED.replace(when="../1991")], "were established in 1991 or before."),
        ([FOUNDED.replace(when="1985/..")], "were established in 1985 or later."),
        ([FOUNDED, RelationsSuspended(parties=PAIR, when="1970/1972")],
         "were established on 1 May 1948 and suspended from 1970 to 1972."),
        ([FOUNDED, RelationsSevered(parties=PAIR, when="1970-05/1971")],
         "were established on 1 May 1948 and severed between May 1970 and 1971."),
        ([FOUNDED, MeetingHeld(meeting="m", parties=PAIR, when="2023-06-20/..")],
         "established on 1 May 1948. A meeting is being held."),
        ([FOUNDED, RelationsSevered(parties=PAIR, when="1970"),
          RelationsEstablished(parties=PAIR, when="1975")],
         "were established on 1 May 1948, severed in 1970 and established again in 1975."),
        ([FOUNDED, *(kind(parties=PAIR, when=f"{year}") for year in range(1950, 1970, 2)
                     for kind in (RelationsSevered, RelationsRestored))],
         "were established on 1 May 1948, changed 15 times, restored in"),
    ],
)  # fmt: skip
def test_the_first_sentence_says_how_relations_stand(events: list[Any], said: str) -> None:
    with given(*events) as engine:
        text = opening(written(engine, on="2023-07-01"))
    assert said in text
    assert text.count("iplomatic relations") == 1


def test_what_a_party_that_ended_had_is_said_to_have_ended() -> None:
    with given(RelationsEstablished(parties=("DDR", "FRA"), when="1973-02-09")) as engine:
        text = opening(written(engine, "DDR", "FRA"))
    assert text == (
        "Diplomatic relations between the German Democratic Republic and France were established "
        "on 9 February 1973 and ended on 3 October 1990."
    )


def test_three_parties_have_a_note_too() -> None:
    with given(MeetingHeld(meeting="m", parties=("CHN", *PAIR), when="2023-06")) as engine:
        text = written(engine, "CHN", *PAIR)
    assert text.startswith("# China, Pakistan and Russia\n")
    assert "held in June 2023" in opening(text)


def test_each_part_of_the_state_has_its_section_with_names_and_dates_in_words() -> None:
    with given(
        FOUNDED,
        MissionOpened(sender="PAK", host="RUS", when="1949", city="Moscow"),
        EnvoyArrived(sender="PAK", host="RUS", name="Khan", rank="ambassador", when="2020-03"),
        AgreementSigned(agreement="a", title="Trade", parties=PAIR, when="2000-01-02"),
        AgreementInForce(agreement="b", title="Gas", parties=PAIR, when="2001", expires="2030"),
        DealSigned(deal="oil", buyer="PAK", seller="RUS", commodity="crude oil", when="2023-04"),
        MeasureImposed(measure="x", kind="embargo", by="RUS", on="PAK", when="198X"),
        AlignmentRecorded(parties=PAIR, when="2022/..", alignment="neutral", matter="a war"),
        StatementMade(by="RUS", speaker="Lavrov", parties=PAIR, when="2023-06-12",
                      stance="friendly", text="all is well"),
    ) as engine:  # fmt: skip
        text = written(engine, on="2023-07-01")
    [mission] = section(text, "Missions")
    assert mission == (
        "- Pakistan in Russia: embassy, Moscow, since 1949. "
        "Head: Khan, ambassador, since March 2020."
    )
    assert section(text, "Agreements") == [
        "- “Gas” (b), in force since 2001, expires in 2030.",
        "- “Trade” (a), signed on 2 January 2000; entry into force not recorded.",
    ]
    assert section(text, "Deals") == [
        "- Crude oil (oil) from Russia to Pakistan, signed in April 2023."
    ]
    assert section(text, "Measures in force") == [
        "- Russia on Pakistan: embargo (x), since the 1980s."
    ]
    assert section(text, "Positions and aid") == [
        "- Neutral: a war (from 2022 on).",
        "- Russia (Lavrov), 12 June 2023: friendly, “all is well”.",
    ]


def test_what_changed_since_a_day_is_what_happened_and_what_holds_no_more() -> None:
    with given(
        FOUNDED,
        AgreementInForce(agreement="old", title="Old", parties=PAIR, when="2001",
                         expires="2023-06-25"),
        MeasureImposed(measure="x", by="RUS", on="PAK", when="2023-06-05"),
        MeetingHeld(meeting="late", parties=PAIR, when="2023-06-28"),
        MeetingHeld(meeting="early", parties=PAIR, when="2023-06-22"),
        MeetingHeld(meeting="perhaps", parties=PAIR, when="2023-06"),
    ) as engine:  # fmt: skip
        text = written(engine, on="2023-07-01", since="2023-06-20")
        assert section(text, "What changed since 20 June 2023") == [
            "- 28 June 2023: Meeting (late) held.",
            "- 22 June 2023: Meeting (early) held.",
            "- No longer so: “Old” (old), in force since 2001, expired on 25 June 2023.",
        ]
        quiet = written(engine, on="2023-07-01", since="2023-06-30")
        assert section(quiet, "What changed since") == ["- Nothing is recorded."]
        assert "What changed" not in written(engine, on="2023-07-01")
        with pytest.raises(InvalidValue, match="no later than 2023-07-01"):
            written(engine, on="2023-07-01", since="2023-07-02")


def test_what_is_to_come_has_plans_notices_and_anniversaries() -> None:
    with given(
        FOUNDED,
        MeetingScheduled(meeting="m", parties=PAIR, when="2024-05-01", planned_for="2024-09"),
        AgreementInForce(agreement="a", title="Gas", parties=PAIR, when="2001"),
        AgreementDenounced(agreement="a", by="RUS", parties=PAIR, when="2024-05-02",
                           effective="2024-08-01"),
    ) as engine:  # fmt: skip
        text = written(engine)
    assert section(text, "What is to come within a year") == [
        "- 1 August 2024: denunciation takes effect: Gas (given by Russia).",
        "- September 2024: meeting: m.",
        "- 1 May 2025: anniversary: diplomatic relations (77 years since 1 May 1948).",
    ]


def test_what_is_not_settled_and_what_does_not_hold_together_is_said() -> None:
    with given(
        FOUNDED,
        MeetingHeld(meeting="m", parties=PAIR, when="2023"),
        MissionClosed(sender="PAK", host="RUS", when="2022"),
    ) as engine:
        text = written(engine, on="2023-07-01")
    assert section(text, "Not settled") == ["- 2023: Meeting (m) held."]
    assert "Ends nothing: mission closed in 2022, " in section(text, "Findings")[0]


def test_a_note_is_short_however_much_is_recorded() -> None:
    several = [
        event
        for number in range(60)
        for event in (
            AgreementInForce(agreement=f"a{number:02}", parties=PAIR, when="2001",
                             sources=(Source(f"paper {number}"),)),
            MeetingHeld(meeting=f"m{number}", parties=PAIR, when="2023-06-22"),
            StatementMade(by="RUS", parties=PAIR, when="2023-06", text="word " * 500),
            MeasureImposed(measure=f"x{number}", by="RUS", on="PAK", when="2022"),
        )
    ]  # fmt: skip
    with given(FOUNDED, *several) as engine:
        text = written(engine, on="2023-07-01", since="2023-06-20")
    body = text.split("\n[^1]:")[0].splitlines()
    assert len([line for line in body if line]) <= 45
    assert max(map(len, body)) <= 400
    assert section(text, "Agreements")[-1] == "- … and 56 more."
    assert text.count("[^") <= 60


def test_sources_are_footnotes_with_their_dates_and_addresses() -> None:
    dawn = Source("Dawn", "https://dawn.com/1", "2023-06", "page 3")
    with comity.open(":memory:") as engine:
        engine.append(FOUNDED.replace(sources=(dawn,)), recorded_at="2023-06-21T08:00:00Z")
        text = written(engine)
        page = written(engine, form="html")
    assert "1 May 1948.[^1]" in opening(text)
    footnote = "Dawn, June 2023, page 3, recorded 21 June 2023"
    assert f"[^1]: {footnote} <https://dawn.com/1>" in text.splitlines()
    assert f'<li id="note-1">{footnote} <a href="https://dawn.com/1">https://dawn.com/1</a>' in page
    assert '1 May 1948.<sup><a href="#note-1">1</a></sup>' in page


def test_a_note_is_as_known_then_and_retracted_facts_are_gone() -> None:
    with given(FOUNDED, DealSigned(deal="oil", buyer="PAK", seller="RUS", when="2023")) as engine:
        retracted = next(r.id for r in engine.events() if r.event.type == "deal-signed")
        engine.retract(retracted, "invented")
        assert section(written(engine), "Deals") == []
        assert len(section(written(engine, known_at=2), "Deals")) == 1
        assert "as known at position 2 of the record" in written(engine, known_at=2)


def test_the_dossier_gives_the_same_note_each_time_and_every_footnote_is_cited() -> None:
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        options: dict[str, Any] = {"on": "2023-06-20", "since": "2023-06-13"}
        text = written(engine, **options)
        assert text == written(engine, **options)
        assert written(engine, form="html", **options) == written(engine, form="html", **options)
        count = write_brief(engine, PAIR, io.BytesIO(), **options)
    cited = re.findall(r"\[\^(\d+)\](?!:)", text)
    told = re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)
    assert set(cited) == set(told) == {str(number) for number in range(1, count + 1)}
    assert list(dict.fromkeys(cited)) == told


# Hostile text

EVIL = (
    "<script>alert(1)</script> [a](javascript:alert(1)) ![i](http://x.org/i.png) <http://e.org> "
    "http://evil.org www.evil.org a@b.org *b* _i_ `c` ~~s~~ $m$ :smile: | # > [^1] &amp; \\ "
    "\x00\x1b[31m\u202e\n# heading\n\n- item\n1. one\r\n</style>"
)


class Page(HTMLParser):
    """Collects what a page of HTML has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.update(value or "" for name, value in attrs if name in ("href", "src"))


@pytest.fixture
def hostile() -> TimelineEngine:
    source = Source(EVIL, "https://ok.org/(a)_b_*c*", note=EVIL)
    unsafe = Source("unsafe", "javascript:alert(1)")
    return given(
        FOUNDED.replace(sources=(source,)),
        MeetingHeld(meeting=EVIL, parties=PAIR, when="2023-06-22", venue=EVIL, sources=(unsafe,)),
        AgreementInForce(agreement=EVIL, title=EVIL, parties=PAIR, when="2001"),
        DealSigned(deal=EVIL, buyer="PAK", seller="RUS", commodity=EVIL, when="2023"),
        StatementMade(by="RUS", speaker=EVIL, parties=PAIR, when="2023", text=EVIL, stance=EVIL),
        MissionClosed(sender="PAK", host="RUS", when="2022", city=EVIL),
    )


def test_text_of_the_data_is_no_markup_in_markdown(hostile: TimelineEngine) -> None:
    with hostile as engine:
        text = written(engine, on="2024-01-01", since="2023-01-01")
    assert text.replace("\n", "").isprintable()
    body, notes = text.split("\n[^1]: ")
    tokens = [
        token
        for block in MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(body)
        for token in (block, *(block.children or ()))
    ]
    assert {token.type for token in tokens if token.type != "inline"} <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "em_open",
        "em_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
        "text", "text_special",
    }  # fmt: skip
    assert len([token for token in tokens if token.type == "em_open"]) == 1
    assert "<javascript" not in notes
    assert "<https://ok.org/(a)_b_*c*>" in notes
    # Nothing is taken for an address by a reader that links bare ones.
    assert not re.search(r"(?<!<)https?://|www\.", text.replace("<https://ok.org", ""))


def test_text_of_the_data_is_no_markup_in_html(hostile: TimelineEngine) -> None:
    with hostile as engine:
        text = written(engine, on="2024-01-01", since="2023-01-01", form="html")
    page = Page(text)
    assert page.tags == {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "ul", "li", "sup", "a",
        "footer", "ol",
    }  # fmt: skip
    assert page.attributes == {"lang", "charset", "name", "content", "http-equiv", "class", "href",
                               "id"}  # fmt: skip
    assert {link for link in page.links if not link.startswith("#note-")} == {
        "https://ok.org/(a)_b_*c*"
    }
    assert text.replace("\n", "").isprintable()
    assert text.count("<style>") == text.count("</style>") == 1


@pytest.mark.parametrize(
    "text", ["- a", "+ a", "1. a", "1) a", "# a", "> a", "= a", "(a) b", "* a"]
)
def test_a_line_that_could_begin_a_list_or_a_heading_is_text(text: str) -> None:
    [paragraph, inline, _] = MarkdownIt("commonmark").parse(markdown_text(text))
    assert paragraph.type == "paragraph_open"
    assert "".join(token.content for token in inline.children or ()) == text


# DOCX


def test_docx_without_pandoc_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with (
        given(FOUNDED) as engine,
        pytest.raises(NotInstalled, match=r"program pandoc.*pandoc\.org"),
    ):
        written(engine, form="docx")


def test_docx_is_what_pandoc_makes_of_the_markdown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pandoc = tmp_path / "pandoc"
    pandoc.write_text('#!/bin/sh\necho "$@ $SOURCE_DATE_EPOCH"\nexec /bin/cat\n', "utf-8")
    pandoc.chmod(pandoc.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with given(FOUNDED) as engine:
        first, _, rest = written(engine, form="docx", on="1970-01-03").partition("\n")
        assert rest == written(engine, on="1970-01-03")
        assert first == "--from=commonmark+footnotes --to=docx --output=- 172800"
        pandoc.write_text("#!/bin/sh\necho 'no such format' >&2\nexit 22\n", "utf-8")
        with pytest.raises(InvalidValue, match="no such format"):
            written(engine, form="docx")


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="pandoc is not installed")
def test_pandoc_writes_a_docx_file(hostile: TimelineEngine) -> None:
    with hostile as engine:
        file = io.BytesIO()
        write_brief(engine, PAIR, file, form="docx")
    assert file.getvalue().startswith(b"PK\x03\x04")


@pytest.mark.parametrize(
    "options", [{"form": "pdf"}, {"on": "2023"}, {"since": "soon"}, {"known_at": 99}]
)
def test_an_impossible_question_is_refused(options: dict[str, Any]) -> None:
    with given(FOUNDED) as engine, pytest.raises(InvalidInput):
        written(engine, **options)
