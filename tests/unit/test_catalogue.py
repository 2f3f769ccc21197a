"""What the catalogue tells people of kinds, fields and values follows from the declarations."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

import comity
from comity.adapters.catalogue import meanings
from comity.adapters.catalogue.kinds import COMMON, kind_info
from comity.adapters.catalogue.lookup import kind_named, look_up
from comity.adapters.catalogue.notes import described, example, field_notes
from comity.adapters.catalogue.value_lists import value_lists
from comity.adapters.interchange.encode import as_json, told_fields
from comity.adapters.interchange.intake import parse
from comity.domain.codelists.goldstein import goldstein, has_inherited_weight
from comity.domain.errors import InvalidValue
from comity.domain.events import (
    CATALOGUE,
    AlignmentKind,
    Event,
    InteractionCoded,
    MeetingHeld,
    MeetingLevel,
    MissionLevel,
    Rank,
    RecognitionForm,
    RelationsLevel,
    StatementMade,
    VoteCast,
)
from comity.domain.events.base import Phase, choices
from comity.domain.events.tone import ToneByField


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (MissionLevel, meanings.MISSION_LEVELS),
        (Rank, meanings.RANKS),
        (MeetingLevel, meanings.MEETING_LEVELS),
        (RelationsLevel, meanings.RELATIONS_LEVELS),
        (RecognitionForm, meanings.RECOGNITION_FORMS),
        (AlignmentKind, meanings.ALIGNMENTS),
    ],
)
def test_every_value_of_a_closed_list_has_a_meaning_in_the_order_of_the_type(
    declared: object, told: dict[str, str]
) -> None:
    assert tuple(told) == get_args(declared)
    assert all(told.values())


def test_every_phase_has_a_word() -> None:
    assert tuple(meanings.PHASES) == tuple(Phase)


def test_every_closed_field_names_its_list() -> None:
    for tag, kind in CATALOGUE.items():
        named = {field.name: field.list for field in kind_info(tag).fields}
        assert all(named[field] for field in choices(kind)), tag


def test_the_words_by_which_tone_is_told_are_among_the_usual_ones() -> None:
    lists = value_lists()
    usual = {
        "meeting": lists["meeting-kind"],
        "measure": lists["measure-kind"],
        StatementMade.type: lists["stance"],
    }
    for kind in CATALOGUE.values():
        tone = kind.tone
        if isinstance(tone, ToneByField) and tone.field in ("kind", "stance"):
            assert tone.codes.keys() <= usual[kind.subject or kind.type].values.keys(), kind


@pytest.mark.parametrize("vote", ["for", "against", "abstained"])
def test_the_usual_votes_count_in_the_affinity_of_two_parties(vote: str) -> None:
    assert vote in value_lists()["vote"].values
    votes = [
        VoteCast(by=by, parties=("PAK", "RUS"), when="2022", resolution="r", body="b", vote=vote)
        for by in ("PAK", "RUS")
    ]
    with comity.open(":memory:") as engine:
        engine.append(*votes)
        [affinity] = engine.affinity("PAK", "RUS", since="2022", until="2022")
    assert affinity.common == 1


@pytest.mark.parametrize("scheme", ["cameo", "plover"])
def test_every_code_listed_can_be_recorded_and_has_a_weight_of_its_own(scheme: str) -> None:
    for code, meaning in value_lists()[scheme].values.items():
        event = InteractionCoded(scheme=scheme, code=code, source="PAK", target="RUS", when="2020")
        assert event.code == code
        assert not has_inherited_weight(scheme, code)
        assert f"weight {goldstein(scheme, code):,}".rstrip("0").rstrip(".") in meaning


@pytest.mark.parametrize("tag", CATALOGUE)
def test_every_kind_says_what_it_is_and_has_every_field(tag: str) -> None:
    info, kind = kind_info(tag), CATALOGUE[tag]
    assert info.what.endswith(".")
    assert "\n" not in info.what + info.more
    assert ">>>" not in info.what + info.more
    names = {field.name for field in info.fields}
    declared = {field.name for field in msgspec.structs.fields(kind)}
    assert names <= declared
    assert declared - names <= COMMON.keys()
    assert bool(info.moves) == bool(kind.subject)
    assert isinstance(example(kind), kind)


@pytest.mark.parametrize("tag", CATALOGUE)
def test_what_must_be_given_is_what_the_intake_misses(tag: str) -> None:
    info = kind_info(tag)
    starred = {f.name for f in info.fields if f.required and f.name != "parties"}
    with pytest.raises(comity.InvalidRecord) as raised:
        parse({"type": tag})
    assert {path for path, problem in raised.value.problems if problem == "missing"} <= starred
    event = example(CATALOGUE[tag])
    assert event is not None
    told = told_fields(event)
    defaults = {f.name for f in msgspec.structs.fields(type(event)) if not f.required}
    assert starred - defaults <= told.keys()


@pytest.mark.parametrize("tag", CATALOGUE)
def test_an_event_told_again_is_the_same_event(tag: str) -> None:
    event = example(CATALOGUE[tag])
    assert event is not None
    assert parse(as_json(told_fields(event))).event == event
    own = event.replace(id="own-id")
    assert parse(as_json(told_fields(own))).event == own


def test_what_follows_from_other_fields_is_not_told() -> None:
    held = MeetingHeld(meeting="m", host="PAK", visitor="RUS", when="2020")
    assert told_fields(held).keys() == {"type", "meeting", "host", "visitor", "when"}
    other = MeetingHeld(meeting="m", parties=("PAK", "RUS"), when="2020", happening="h", id="i")
    assert told_fields(other).keys() == {"type", "meeting", "parties", "when", "happening", "id"}


def test_the_notes_below_fields_are_read_from_the_source() -> None:
    notes = field_notes(MeetingHeld)
    assert notes["meeting"] == "The id that all events of one meeting share."
    assert "venue" not in notes


class _Undocumented(Event, frozen=True):
    pass


def test_a_kind_without_a_docstring_has_no_description_and_no_example() -> None:
    _Undocumented.__doc__ = None
    assert described(_Undocumented) == ""
    assert example(_Undocumented) is None
    assert field_notes(_Undocumented) == {}


@pytest.mark.parametrize(
    "word", ["meeting-held", "MeetingHeld", "Meeting Held", "MEETING_HELD", "meetingheld"]
)
def test_a_kind_is_found_however_it_is_spelled(word: str) -> None:
    assert kind_named(word) == "meeting-held"


@pytest.mark.parametrize(
    ("word", "name", "of"),
    [
        ("ambassador", "ambassador", "rank"),
        ("Ambassadors", "ambassador", "rank"),
        ("rank", "nuncio", "rank"),
        ("ranks", "nuncio", "rank"),
        ("level", "liaison-office", "mission-level"),
        ("level", "deputy-minister", "meeting-level"),
        ("meeting kinds", "summit", "meeting-kind"),
        ("stances", "critical", "stance"),
        ("measures", "measure-imposed", "measures"),
        ("measures", "embargo", "measure-kind"),
        ("currencies", "SUR", "currency"),
        ("usd", "USD", "currency"),
        ("tne", "TNE", "unit"),
        ("barrel", "BLL", "unit"),
        ("042", "042", "cameo"),
        ("consult-visit", "CONSULT-visit", "plover"),
        ("charge d'affaires", "chargé d'affaires", "rank"),
        ("minister", "minister", "meeting-level"),
        ("planned_for", "planned_for", "meeting-scheduled"),
        ("confidence", "confidence", "every kind"),
        ("expel", "envoy-expelled", "missions"),
        ("alignment", "opposed", "alignment"),
        ("de facto", "de facto", "recognition-form"),
    ],
)
def test_a_word_lands_where_it_should(word: str, name: str, of: str) -> None:
    assert (name, of) in {(hit.name, hit.of) for hit in look_up(word)}


@pytest.mark.parametrize(
    ("word", "near"),
    [("ambasador", "ambassador"), ("meeting-hled", "meeting-held"), ("curency", "currency")],
)
def test_an_unknown_name_gives_the_nearest(word: str, near: str) -> None:
    with pytest.raises(InvalidValue, match=f"did you mean.*{near}"):
        look_up(word)


@pytest.mark.parametrize("word", ["zzzz", "x", "", "\x1b[31m'\"", "a" * 1_000_000])
def test_what_is_like_nothing_points_to_the_list(word: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        look_up(word)
    assert "comity kinds" in str(raised.value)
    assert len(str(raised.value)) < 300
