"""The catalogue: what every event has, checks and derives, whatever its kind."""

from __future__ import annotations

import copy
import doctest
import importlib
import pickle
import pkgutil
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest

import comity
from comity import (
    AccountPreferred,
    AgreementDenounced,
    AgreementInForce,
    AgreementRatified,
    AgreementSigned,
    AnniversaryMarked,
    CredentialsPresented,
    DealSigned,
    EnvoyAppointed,
    EnvoyArrived,
    Event,
    InteractionCoded,
    InvalidDate,
    InvalidRecord,
    InvalidValue,
    MeasureImposed,
    MeetingHeld,
    MeetingScheduled,
    MissionClosed,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    Money,
    PaymentMade,
    Quantity,
    RecognitionExtended,
    RecordRetracted,
    RelationsChanged,
    RelationsEstablished,
    ShipmentDelivered,
    Source,
    StatementMade,
    UnknownEventKind,
    UnknownParty,
)
from comity.domain import events, values
from comity.domain import text as texts
from comity.domain.codec import checked
from comity.domain.events import CATALOGUE, kind_tag
from comity.domain.events.again import ComesTrueAgain
from comity.domain.events.base import Phase, Subject
from comity.domain.time import durations
from comity.domain.time.durations import duration
from tests.released_log import event_of
from tests.unit.given import PAIR

MODULES = [
    importlib.import_module(f"{events.__name__}.{module.name}")
    for module in pkgutil.iter_modules(events.__path__)
] + [values, durations, texts]


def untyped(value: object) -> Any:
    """What a caller without a type checker may pass."""
    return value


def first(fields: dict[str, Any]) -> str:
    return next(iter(fields))


def kind_of(value: object) -> str:
    return getattr(value, "type", "")


# The catalogue


@pytest.mark.parametrize("module", MODULES, ids=[module.__name__ for module in MODULES])
def test_every_example_in_a_docstring_runs_as_written(module: Any) -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF)
    for example in finder.find(module):
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_the_modules_of_the_catalogue_hold_an_example_for_each_kind() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    answer = {test.name for module in MODULES for test in finder.find(module) if test.examples}
    names = {name.rpartition(".")[2] for name in answer}
    assert names == {kind.__name__ for kind in CATALOGUE.values()} | {
        "Money",
        "Quantity",
        "Source",
        "duration",
        "folded",
        "in_words",
    }


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_kind_says_when_to_use_it_and_shows_how(kind: type[Event]) -> None:
    said, _, example = (kind.__doc__ or "").partition(">>>")
    assert said.strip().endswith(".")
    assert f"{kind.__name__}(" in example


def test_the_catalogue_is_that_of_the_design() -> None:
    assert list(CATALOGUE) == [
        "relations-established", "relations-suspended", "relations-severed", "relations-restored",
        "relations-changed", "recognition-extended", "recognition-withdrawn",
        "mission-opened", "mission-level-changed", "mission-moved", "mission-closed",
        "envoy-appointed", "envoy-arrived", "credentials-presented", "envoy-departed",
        "envoy-expelled",
        "meeting-scheduled", "meeting-rescheduled", "meeting-held", "meeting-cancelled",
        "anniversary-marked",
        "agreement-signed", "agreement-ratified", "ratification-withdrawn", "agreement-in-force",
        "agreement-acceded", "agreement-provisionally-applied", "provisional-application-ended",
        "agreement-amended", "reservation-made", "agreement-suspended",
        "agreement-denounced", "denunciation-withdrawn", "agreement-terminated",
        "deal-announced", "deal-signed", "deal-amended", "deal-suspended", "deal-resumed",
        "deal-ended", "shipment-scheduled", "shipment-delivered", "payment-made",
        "measure-imposed", "measure-extended", "measure-lifted",
        "statement-made", "vote-cast", "aid-pledged", "aid-delivered", "alignment-recorded",
        "interaction-coded",
        "record-retracted", "account-preferred", "record-redacted", "redacted",
    ]  # fmt: skip


SUBJECTS = {
    "relations": ("relations-established", "relations-suspended", "relations-severed",
                  "relations-restored", "relations-changed"),
    "recognition": ("recognition-extended", "recognition-withdrawn"),
    "mission": ("mission-opened", "mission-level-changed", "mission-moved", "mission-closed"),
    "post": ("envoy-appointed", "envoy-arrived", "credentials-presented", "envoy-departed",
             "envoy-expelled"),
    "meeting": ("meeting-scheduled", "meeting-rescheduled", "meeting-held", "meeting-cancelled"),
    "agreement": ("agreement-signed", "agreement-ratified", "ratification-withdrawn",
                  "agreement-in-force", "agreement-acceded", "agreement-provisionally-applied",
                  "provisional-application-ended", "agreement-amended", "reservation-made",
                  "agreement-suspended", "agreement-denounced", "denunciation-withdrawn",
                  "agreement-terminated"),
    "deal": ("deal-announced", "deal-signed", "deal-amended", "deal-suspended", "deal-resumed",
             "deal-ended"),
    "shipment": ("shipment-scheduled", "shipment-delivered"),
    "measure": ("measure-imposed", "measure-extended", "measure-lifted"),
    "alignment": ("alignment-recorded",),
    "": ("anniversary-marked", "payment-made", "statement-made", "vote-cast", "aid-pledged",
         "aid-delivered", "interaction-coded", "record-retracted", "account-preferred",
         "record-redacted", "redacted"),
}  # fmt: skip


def test_every_kind_declares_its_subject() -> None:
    subjects = {tag: subject for subject, tags in SUBJECTS.items() for tag in tags}
    assert {tag: kind.subject for tag, kind in CATALOGUE.items()} == subjects
    assert set(SUBJECTS) == set(get_args(Subject))


PHASES = {
    Phase.BEGINS: "relations-established recognition-extended mission-opened envoy-appointed "
    "meeting-scheduled shipment-scheduled agreement-signed deal-signed deal-announced "
    "measure-imposed",
    Phase.CONTINUES: "agreement-ratified ratification-withdrawn agreement-provisionally-applied "
    "provisional-application-ended relations-changed mission-moved agreement-amended deal-amended "
    "mission-level-changed reservation-made meeting-rescheduled envoy-arrived "
    "credentials-presented measure-extended",
    Phase.PAUSES: "relations-suspended agreement-suspended deal-suspended agreement-denounced",
    Phase.RESUMES: "relations-restored deal-resumed denunciation-withdrawn",
    Phase.ENDS: "relations-severed recognition-withdrawn mission-closed envoy-departed "
    "envoy-expelled meeting-cancelled measure-lifted agreement-terminated deal-ended",
    Phase.ANNOTATES: "record-retracted account-preferred record-redacted redacted",
}
"""The kinds of each phase; the other kinds happen."""


def test_every_kind_has_the_phase_of_the_design() -> None:
    phases = {tag: phase for phase, tags in PHASES.items() for tag in tags.split()}
    expected = {tag: phases.get(tag, Phase.HAPPENS) for tag in CATALOGUE}
    assert {tag: kind.phase for tag, kind in CATALOGUE.items()} == expected
    assert list(Phase) == sorted(Phase)


def test_record_keeping_comes_after_its_target() -> None:
    assert max(kind.phase for kind in CATALOGUE.values()) == RecordRetracted.phase


@pytest.mark.parametrize(("tag", "kind"), CATALOGUE.items(), ids=CATALOGUE.keys())
def test_a_tag_is_the_class_name_in_kebab_case(tag: str, kind: type[Event]) -> None:
    assert "".join(word.capitalize() for word in tag.split("-")) == kind.__name__
    assert msgspec.inspect.type_info(kind).tag == tag  # type: ignore[attr-defined]  # a StructType
    assert kind.type == tag


def test_a_kind_is_named_by_its_tag_or_by_its_class() -> None:
    assert kind_tag("meeting-held") == kind_tag(MeetingHeld) == "meeting-held"


def test_an_unknown_kind_is_refused_with_what_was_meant() -> None:
    with pytest.raises(UnknownEventKind, match="'meeting-hold'") as refusal:
        kind_tag("meeting-hold")
    assert refusal.value.suggestions[0] == "meeting-held"


def test_the_base_of_all_events_is_no_kind() -> None:
    with pytest.raises(UnknownEventKind, match="'Event'"):
        kind_tag(Event)


# Parties


@pytest.mark.parametrize(
    ("event", "parties"),
    [
        (MissionOpened(sender="SUN", host="PAK", when="1949"), ("PAK", "SUN")),
        (CredentialsPresented(sender="PAK", host="IND", name="N", when="1949"), ("IND", "PAK")),
        (MeetingHeld(meeting="m", host="RUS", visitor="PAK", when="2023"), PAIR),
        (DealSigned(deal="d", buyer="RUS", seller="IND", when="2023"), ("IND", "RUS")),
        (MeasureImposed(measure="x", by="USA", on="CUB", when="1962"), ("CUB", "USA")),
        (
            InteractionCoded(scheme="cameo", code="040", source="USA", target="un", when="2023"),
            ("USA", "un"),
        ),
    ],
    ids=kind_of,
)
def test_parties_follow_from_the_roles(event: Event, parties: tuple[str, ...]) -> None:
    assert event.parties == parties


def test_parties_may_be_more_than_the_roles_name() -> None:
    event = StatementMade(by="RUS", parties=("RUS", "PAK", "CHN"), when="2023")
    assert event.parties == ("CHN", "PAK", "RUS")


def test_one_role_alone_makes_no_relationship() -> None:
    with pytest.raises(InvalidValue, match="two or more"):
        StatementMade(by="RUS", when="2023")


@pytest.mark.parametrize(
    "make",
    [
        lambda: MissionOpened(sender="PAK", host="IND", parties=PAIR, when="1949"),
        lambda: StatementMade(by="USA", parties=PAIR, when="2023"),
        lambda: MeetingHeld(meeting="m", host="CHN", parties=PAIR, when="2023"),
        lambda: AgreementRatified(agreement="a", by="CHN", parties=PAIR, when="2023"),
        lambda: PaymentMade(by="CHN", parties=PAIR, currency="CNY", when="2023"),
    ],
)
def test_roles_that_contradict_the_parties_are_refused(make: Callable[[], Event]) -> None:
    with pytest.raises(InvalidValue) as refusal:
        make()
    assert refusal.value.field == "parties"
    assert refusal.value.value == PAIR


def test_parties_are_a_tuple_in_one_order() -> None:
    listed = RelationsEstablished(parties=untyped(["SUN", "PAK"]), when="1948")
    assert listed.parties == ("PAK", "SUN")


# Happenings


@pytest.mark.parametrize(
    ("event", "happening"),
    [
        (MeetingHeld(meeting="bpc-5", parties=PAIR, when="2023"), "bpc-5"),
        (AgreementSigned(agreement="a", parties=PAIR, when="2023"), "a"),
        (DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023"), "d"),
        (
            ShipmentDelivered(deal="d", shipment="s", buyer="PAK", seller="RUS", when="2023"),
            "d/s",
        ),
    ],
    ids=kind_of,
)
def test_what_can_come_true_only_once_is_one_happening(event: Event, happening: str) -> None:
    assert event.happening == happening


def test_only_kinds_that_can_come_true_once_are_a_happening_of_themselves() -> None:
    once = {tag for tag, kind in CATALOGUE.items() if kind.once}
    assert once == {"meeting-held", "shipment-delivered", "deal-signed", "agreement-signed"}


AGAIN = [kind for kind in CATALOGUE.values() if issubclass(kind, ComesTrueAgain)]
"""The kinds that version 0.1 took for happening only once, and what it recorded of them."""


@pytest.mark.parametrize("kind", AGAIN, ids=kind_of)
def test_what_can_come_true_again_is_no_happening_of_itself(kind: type[Event]) -> None:
    event = event_of(kind).replace(happening="")
    assert event.happening == ""
    former = "/".join(getattr(event, field) for field in event_again(kind).formerly_once)
    assert event.replace(happening=former) == event
    assert event.replace(happening="the second time").happening == "the second time"
    assert event.replace(happening="the second time").id != event.id


def event_again(kind: type[Event]) -> type[ComesTrueAgain]:
    assert issubclass(kind, ComesTrueAgain)
    return kind


def test_a_happening_that_was_told_stands() -> None:
    event = MeetingHeld(meeting="bpc-5", happening="the second day", parties=PAIR, when="2023")
    assert event.happening == "the second day"


# Text that names


DECOMPOSED, COMPOSED = "Sa\u0303o Tome\u0301", "S\u00e3o Tom\u00e9"


def test_text_that_names_is_recorded_in_nfc_and_other_text_as_it_is() -> None:
    event = MeetingHeld(
        meeting=DECOMPOSED, parties=PAIR, when="2023", venue=DECOMPOSED, note=DECOMPOSED,
        heads={"PAK": DECOMPOSED}, delegates={"RUS": (DECOMPOSED,)},
    )  # fmt: skip
    assert (event.meeting, event.venue, event.happening) == (COMPOSED,) * 3
    assert (event.heads, event.delegates) == ({"PAK": COMPOSED}, {"RUS": (COMPOSED,)})
    assert event.note == DECOMPOSED
    assert event == event.replace(meeting=COMPOSED)


@pytest.mark.parametrize("fields", [{}, {"note": "é"}, {"id": DECOMPOSED}], ids=str)
def test_two_unicode_forms_of_a_name_make_one_event(fields: dict[str, Any]) -> None:
    one, other = (
        EnvoyAppointed(sender="BRA", host="STP", name=name, when="2023", **fields)
        for name in (DECOMPOSED, COMPOSED)
    )
    assert one == other
    assert one.id == other.id == fields.get("id", one.id) or one.id == COMPOSED


def test_the_target_of_a_record_is_the_id_as_the_log_has_it() -> None:
    assert RecordRetracted(target=DECOMPOSED, reason="r").target == DECOMPOSED


def test_a_choice_may_be_written_without_its_accents_or_in_another_unicode_form() -> None:
    rank: list[Any] = ["chargé d'affaires", "charge d'affaires", "charge\u0301 d'affaires"]
    ranks = {
        EnvoyArrived(sender="PAK", host="RUS", name="N", when="2023", rank=text).rank
        for text in rank
    }
    assert ranks == {"chargé d'affaires"}
    levels: list[Any] = ["chargé", "charge"]
    ids = {RelationsChanged(parties=PAIR, when="2023", level=text).id for text in levels}
    assert len(ids) == 1


# What a caller leaves out


def test_a_closing_names_what_it_closes_as_far_as_it_is_told() -> None:
    closed = MissionClosed(sender="PAK", host="RUS", when="2023")
    assert closed.level == ""
    assert checked(closed) == closed == closed.replace()
    assert closed.id != closed.replace(level="embassy").id


def test_the_delegates_of_a_meeting_are_tuples() -> None:
    event = MeetingHeld(
        meeting="m", parties=PAIR, when="2023", delegates=untyped({"PAK": ["Khan", "Tipu"]})
    )
    assert event.delegates == {"PAK": ("Khan", "Tipu")}
    assert checked(event) == event


@pytest.mark.parametrize(
    ("text", "expected"),
    [("P5Y", (5, 0, 0)), ("P6M", (0, 6, 0)), ("P1Y6M", (1, 6, 0)), ("P2W", (0, 0, 14)),
     ("P1W1D", (0, 0, 8)), ("P1Y2M3W4D", (1, 2, 25))],
)  # fmt: skip
def test_a_duration_is_years_months_and_days(text: str, expected: tuple[int, int, int]) -> None:
    assert duration(text) == expected


# Identity


@pytest.mark.parametrize(
    ("event", "id"),
    [
        (
            RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
            "relations-established-e8d0179f0a2e072e6ead2819",
        ),
        (
            ShipmentDelivered(
                deal="urals-pilot",
                shipment="cargo-1",
                buyer="PAK",
                seller="RUS",
                when="2023-06-11",
                quantity=Quantity(Decimal(45142), "TNE"),
                sources=(Source("Dawn", published="2023-06-12"),),
            ),
            "shipment-delivered-3c03cee434ba79483a0bbebb",
        ),
        (
            RecordRetracted(target="x", reason="a forgery"),
            "record-retracted-327f495c1ac0334a68055d4a",
        ),
        (
            AccountPreferred(target="x", reason="the protocol", parties=PAIR),
            "account-preferred-f471aef686af82d61dd6672a",
        ),
    ],
    ids=kind_of,
)
def test_a_derived_id_never_changes(event: Event, id: str) -> None:
    """Logs hold these ids: if they were derived in another way, duplicates would not be found."""
    assert event.id == id


def test_an_id_that_is_given_stands() -> None:
    assert RelationsEstablished(parties=PAIR, when="1948", id="PR001").id == "PR001"


def test_an_id_does_not_depend_on_spelling_out_the_defaults() -> None:
    short = MeetingHeld(meeting="m", parties=PAIR, when="2023")
    long = MeetingHeld(
        meeting="m",
        parties=PAIR,
        when="2023",
        happening="m",
        heads={},
        round=None,
        note="",
        sources=(),
        confidence=1,
        agenda=(),
    )
    assert long.id == short.id


def test_an_id_does_not_depend_on_whether_a_list_or_a_tuple_was_given() -> None:
    listed = ShipmentDelivered(
        deal="d",
        shipment="s",
        when="2023",
        parties=untyped(["RUS", "PAK"]),
        via=untyped(["AFG"]),
        sources=untyped([Source("Dawn")]),
    )
    tupled = ShipmentDelivered(
        deal="d",
        shipment="s",
        when="2023",
        parties=PAIR,
        via=("AFG",),
        sources=(Source("Dawn"),),
    )
    assert listed.id == tupled.id


@pytest.mark.parametrize("amount", [45000, Decimal("45000.0"), "45000.00", "4.5E4", "+45000"])
def test_an_id_does_not_depend_on_how_an_amount_is_spelt(amount: Any) -> None:
    def deal(quantity: Quantity) -> Event:
        return DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023", quantity=quantity)

    assert deal(Quantity(amount, "TNE")).id == deal(Quantity(Decimal(45000), "TNE")).id


def test_an_id_does_not_depend_on_writing_a_confidence_as_a_whole_number() -> None:
    unsure: list[Any] = [0, 0.0]
    ids = {RelationsEstablished(parties=PAIR, when="1948", confidence=c).id for c in unsure}
    assert len(ids) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"when": "1948-05-02"},
        {"parties": ("PAK", "SUN")},
        {"note": "n"},
        {"sources": (Source("Dawn"),)},
        {"happening": "h"},
        {"confidence": 0.5},
    ],
    ids=first,
)
def test_whatever_an_event_tells_otherwise_makes_another_id(changes: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"parties": PAIR, "when": "1948-05-01"}
    assert RelationsEstablished(**fields | changes).id != RelationsEstablished(**fields).id


def test_the_kind_is_part_of_the_id() -> None:
    signed = AgreementSigned(agreement="a", parties=PAIR, when="2023")
    in_force = AgreementInForce(agreement="a", parties=PAIR, when="2023")
    assert signed.id.rpartition("-")[2] != in_force.id.rpartition("-")[2]


def test_the_parties_of_a_record_are_no_part_of_its_id() -> None:
    """The engine fills them in only when it knows the target."""
    alone = RecordRetracted(target="x", reason="r")
    assert alone.id == RecordRetracted(target="x", reason="r", parties=PAIR).id


def test_replacing_a_field_derives_the_id_the_happening_and_the_parties_again() -> None:
    old = DealSigned(deal="one", buyer="PAK", seller="RUS", when="2023")
    new = old.replace(deal="two", seller="CHN")
    assert new == DealSigned(deal="two", buyer="PAK", seller="CHN", when="2023")
    assert (new.happening, new.parties) == ("two", ("CHN", "PAK"))
    assert new.id != old.id


def test_replacing_a_field_keeps_what_was_given() -> None:
    old = MeetingHeld(meeting="m", parties=PAIR, when="2023", happening="h", id="PR1")
    new = old.replace(when="2024")
    assert (new.id, new.happening, new.parties, new.when) == ("PR1", "h", PAIR, "2024")


def test_a_copy_made_past_replace_gets_its_own_id_before_it_is_recorded() -> None:
    old = RelationsEstablished(parties=PAIR, when="1948")
    copied = msgspec.structs.replace(old, when="1949")
    assert checked(copied) == RelationsEstablished(parties=PAIR, when="1949")


def test_an_event_is_pickled_and_copied_with_all_that_it_holds() -> None:
    event = DealSigned(
        deal="d", buyer="PAK", seller="RUS", when="2023", quantity=Quantity(Decimal(5), "TNE")
    )
    assert pickle.loads(pickle.dumps(event)) == event
    assert copy.deepcopy(event) == copy.copy(event) == event


def test_replacing_a_field_by_a_bad_value_or_one_that_is_not_there_is_refused() -> None:
    event = RelationsEstablished(parties=PAIR, when="1948")
    with pytest.raises(InvalidDate):
        event.replace(when="1948-02-30")
    with pytest.raises(TypeError, match="meeting"):
        event.replace(meeting="m")


def test_an_event_cannot_be_changed() -> None:
    event: Any = RelationsEstablished(parties=PAIR, when="1948")
    with pytest.raises(AttributeError):
        event.when = "1949"
    with pytest.raises(AttributeError):
        event.sources += (Source("Dawn"),)
    assert (event.when, event.sources) == ("1948", ())


@pytest.mark.parametrize("value", [Quantity(Decimal(1), "TNE"), Money(Decimal(1), "USD")])
def test_a_value_cannot_be_changed(value: Any) -> None:
    with pytest.raises(AttributeError):
        value.amount = Decimal(2)


# Bad input


def _with(fields: dict[str, Any], details: dict[str, Any]) -> dict[str, Any]:
    return {"parties": PAIR, "when": "2023"} | fields | details


def _established(**fields: Any) -> Event:
    return RelationsEstablished(**_with({}, fields))


def _meeting(**fields: Any) -> Event:
    return MeetingHeld(**_with({"meeting": "m"}, fields))


def _in_force(**fields: Any) -> Event:
    return AgreementInForce(**_with({"agreement": "a"}, fields))


def _shipment(**fields: Any) -> Event:
    return ShipmentDelivered(**_with({"deal": "d", "shipment": "s"}, fields))


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: _established(parties=("PAK", "XYZ")), UnknownParty, "'XYZ'"),
        (lambda: _established(parties=("PAK", "Russia")), UnknownParty, "'Russia'"),
        (lambda: _established(parties=("PAK", "rus")), UnknownParty, "'rus'.*RUS"),
        (lambda: _established(parties=("PAK", 7)), UnknownParty, "7"),
        (lambda: _established(parties=("PAK", "PAK")), InvalidValue, "PAK is repeated"),
        (lambda: _established(parties=("PAK",)), InvalidValue, "two or more"),
        (lambda: _established(parties=()), InvalidValue, "two or more"),
        (lambda: _established(parties="PAK"), InvalidValue, "'PAK'"),
        (lambda: _established(parties=7), InvalidValue, "7"),
        (lambda: _shipment(via=("AFG", "Kabul")), UnknownParty, "'Kabul'"),
        (lambda: _shipment(via="AFG"), InvalidValue, "'AFG'"),
        (lambda: _shipment(via=7), InvalidValue, "7"),
        (lambda: _established(when="2023-02-29"), InvalidDate, "'2023-02-29'.*28 days"),
        (lambda: _established(when="2023-13"), InvalidDate, "'2023-13'"),
        (lambda: _established(when=""), InvalidDate, "empty"),
        (lambda: _established(when="1 May 1948"), InvalidDate, "'1 May 1948'"),
        (lambda: _established(when="2023-06-21/2023-06-20"), InvalidDate, "ends before it starts"),
        (lambda: _established(when=1948), InvalidDate, "1948"),
        (lambda: _established(sources=(Source("D", published="31-12"),)), InvalidDate, "'31-12'"),
        (lambda: _established(sources=Source("Dawn")), InvalidValue, "sources Source"),
        (lambda: Source(""), InvalidValue, "publisher ''"),
        (
            lambda: MeetingScheduled(meeting="m", parties=PAIR, when="2023", planned_for="soon"),
            InvalidDate,
            "'soon'",
        ),
        (
            lambda: AgreementInForce(agreement="a", parties=PAIR, when="2023", expires="2023-00"),
            InvalidDate,
            "'2023-00'",
        ),
        (
            lambda: AgreementDenounced(
                agreement="a", by="PAK", parties=PAIR, when="2023", effective="never"
            ),
            InvalidDate,
            "'never'",
        ),
        (
            lambda: MeasureImposed(measure="m", by="PAK", on="RUS", when="2023", expires="soon"),
            InvalidDate,
            "'soon'",
        ),
        (lambda: _in_force(renews="five years"), InvalidValue, "renews 'five years'.*P5Y"),
        (lambda: _in_force(renews="P"), InvalidValue, "renews 'P'"),
        (lambda: _in_force(renews="P0Y"), InvalidValue, "renews 'P0Y'"),
        (lambda: _in_force(renews="PT5H"), InvalidValue, "renews 'PT5H'"),
        (lambda: _in_force(renews=5), InvalidValue, "renews 5"),
        (
            lambda: MissionLevelChanged(  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
                sender="PAK", host="RUS", when="2023"
            ),
            InvalidValue,
            "level ''",
        ),
        (
            lambda: MissionLevelChanged(sender="PAK", host="RUS", when="2023", level=untyped("")),
            InvalidValue,
            "level ''",
        ),
        (
            lambda: MissionMoved(sender="PAK", host="RUS", when="2023", city=""),
            InvalidValue,
            "city ''",
        ),
        (
            lambda: MissionOpened(
                sender="USA", host="CUB", when="1977", protecting_power="Switzerland"
            ),
            UnknownParty,
            "'Switzerland'",
        ),
        (
            lambda: RecognitionExtended(by="USA", on="ISR", when="1948", form=untyped("tacit")),
            InvalidValue,
            "form 'tacit'.*de facto, de jure",
        ),
        (
            lambda: RelationsChanged(parties=PAIR, when="1955", level=untyped("half")),
            InvalidValue,
            "level 'half'.*full",
        ),
        (lambda: Quantity(Decimal(-1), "TNE"), InvalidValue, "'-1'"),
        (lambda: Quantity(Decimal("NaN"), "TNE"), InvalidValue, "NaN"),
        (lambda: Quantity(untyped("many"), "TNE"), InvalidValue, "'many'"),
        (lambda: Quantity(untyped(0.0625), "TNE"), InvalidValue, r"0\.0625"),
        (lambda: Quantity(Decimal(1), "tons"), InvalidValue, "'tons'"),
        (lambda: Money(Decimal(-5), "USD"), InvalidValue, "'-5'"),
        (lambda: Money(Decimal(5), "RMB"), InvalidValue, "'RMB'.*CNY"),
        (lambda: Money(Decimal(10) ** 40, "USD"), InvalidValue, "30 digits"),
        (lambda: _established(confidence=1.01), InvalidValue, r"1\.01"),
        (lambda: _established(confidence=-0.1), InvalidValue, r"-0\.1"),
        (lambda: _established(confidence=float("nan")), InvalidValue, "nan"),
        (lambda: _established(confidence=True), InvalidValue, "True"),
        (lambda: _established(confidence="high"), InvalidValue, "'high'"),
        (lambda: _meeting(meeting=""), InvalidValue, "meeting ''"),
        (lambda: _meeting(meeting=5), InvalidValue, "meeting 5"),
        (lambda: _meeting(round=0), InvalidValue, "round 0"),
        (lambda: _meeting(round=True), InvalidValue, "round True"),
        (lambda: _meeting(round="5"), InvalidValue, "round '5'"),
        (lambda: _meeting(level="king"), InvalidValue, "'king'.*head-of-state"),
        (lambda: _meeting(level=["minister"]), InvalidValue, "level"),
        (lambda: _meeting(heads={"CHN": "Wang Yi"}), InvalidValue, "'CHN'.*PAK, RUS"),
        (lambda: _meeting(heads=["Lavrov"]), InvalidValue, "'Lavrov'"),
        (lambda: _meeting(delegates={"CHN": ("Li",)}), InvalidValue, "'CHN'.*PAK, RUS"),
        (lambda: _meeting(delegates={"PAK": "Khan"}), InvalidValue, "delegates 'Khan'"),
        (lambda: _meeting(delegates={"PAK": 7}), InvalidValue, "delegates 7"),
        (lambda: _meeting(delegates=["Khan"]), InvalidValue, "delegates .*'Khan'"),
        (lambda: _meeting(delegates=()), InvalidValue, "delegates ()"),
        (
            lambda: MissionOpened(sender="PAK", host="RUS", when="2023", level=untyped("Embassy")),
            InvalidValue,
            "'Embassy'.*embassy",
        ),
        (
            lambda: EnvoyAppointed(sender="PAK", host="RUS", when="2023", name=""),
            InvalidValue,
            "name ''",
        ),
        (
            lambda: EnvoyAppointed(
                sender="PAK", host="RUS", when="2023", name="N", rank=untyped("consul")
            ),
            InvalidValue,
            "'consul'",
        ),
        (lambda: AnniversaryMarked(parties=PAIR, when="2023", years=0), InvalidValue, "years 0"),
        (
            lambda: AnniversaryMarked(parties=PAIR, when="2023", years=True),
            InvalidValue,
            "years True",
        ),
        (
            lambda: DealSigned(deal="d", parties=PAIR, when="2023", hs="270"),
            InvalidValue,
            "hs '270'",
        ),
        (
            lambda: DealSigned(deal="d", parties=PAIR, when="2023", hs=untyped(2709)),
            InvalidValue,
            "hs 2709",
        ),
        (lambda: PaymentMade(by="PAK", parties=PAIR, when="2023"), InvalidValue, "currency"),
        (
            lambda: PaymentMade(by="PAK", parties=PAIR, when="2023", currency="yuan"),
            InvalidValue,
            "'yuan'",
        ),
        (
            lambda: PaymentMade(
                by="PAK",
                parties=PAIR,
                when="2023",
                money=Money(Decimal(5), "CNY"),
                currency="USD",
            ),
            InvalidValue,
            "'USD'.*CNY",
        ),
        (
            lambda: PaymentMade(by="PAK", parties=PAIR, when="2023", money=untyped("5 CNY")),
            InvalidValue,
            "'5 CNY'",
        ),
        (
            lambda: InteractionCoded(
                scheme="cameo", code="42", source="PAK", target="RUS", when="2023"
            ),
            InvalidValue,
            "'42'",
        ),
        (
            lambda: InteractionCoded(
                scheme="weis", code="042", source="PAK", target="RUS", when="2023"
            ),
            InvalidValue,
            "'weis'",
        ),
        (lambda: RecordRetracted(target="", reason="r"), InvalidValue, "target ''"),
        (lambda: RecordRetracted(target="x", reason=""), InvalidValue, "reason ''"),
        (lambda: RecordRetracted(target="x", reason="r", when="2023"), InvalidDate, "'2023'"),
        (lambda: AccountPreferred(target="x", reason="r", when="2023"), InvalidDate, "'2023'"),
        (
            lambda: RecordRetracted(target="x", reason="r", happening="h"),
            InvalidValue,
            "happening 'h'",
        ),
        (
            lambda: RecordRetracted(target="x", reason="r", parties=untyped(7)),
            InvalidValue,
            "7",
        ),
    ],
)
def test_a_bad_value_is_refused_by_name(
    make: Callable[[], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=re.compile(said, re.DOTALL)):
        make()


@pytest.mark.parametrize("bad", [45000.0, 1.0, True])
def test_what_is_no_exact_number_is_refused_whatever_was_told_before(bad: Any) -> None:
    Quantity(Decimal(int(bad)), "TNE")
    with pytest.raises(InvalidValue):
        Quantity(bad, "TNE")


@pytest.mark.parametrize("amount", ["1E30", "123E28"])
def test_an_amount_that_could_not_be_read_back_as_it_was_is_refused(amount: str) -> None:
    with pytest.raises(InvalidValue):
        Quantity(Decimal(amount), "TNE")


def test_nothing_is_written_as_zero_whatever_its_sign() -> None:
    assert str(Quantity(Decimal("-0"), "TNE")) == "0 TNE"


@pytest.mark.parametrize("field", ["note", "id"])
def test_a_lone_surrogate_is_refused_since_no_file_could_hold_it(field: str) -> None:
    with pytest.raises(InvalidRecord, match="relations-established"):
        checked(_established(**{field: "\ud800"}))


def test_a_lone_surrogate_within_a_source_is_refused_at_once() -> None:
    with pytest.raises(InvalidRecord, match="surrogate"):
        _established(sources=(Source("\udfff"),))


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"note": 5}, r"\$\.note"),
        ({"sources": ("Dawn",)}, r"\$\.sources\[0\]"),
        ({"id": ["x"]}, r"\$\.id"),
    ],
    ids=str,
)
def test_a_field_of_another_type_is_refused_by_its_path(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidRecord, match=path):
        checked(_established(**fields))


def test_what_is_no_event_is_no_event() -> None:
    with pytest.raises(UnknownEventKind, match="dict"):
        checked({"type": "relations-established"})


def test_confidence_may_be_anything_from_none_to_full() -> None:
    answer = [_established(confidence=c).confidence for c in (0, 0.25, 1)]
    assert answer == [0.0, 0.25, 1.0]
    assert {type(c) for c in answer} == {float}


# The public face


FACE = {
    "Account", "AccountPreferred", "Affinity", "AffinityProjection", "AgendaItem",
    "AgendaKind", "AgendaProjection", "Agreement",
    "AgreementAcceded", "AgreementAmended", "AgreementDenounced", "AgreementInForce",
    "AgreementProvisionallyApplied", "AgreementRatified", "AgreementSigned", "AgreementStanding",
    "AgreementStatus", "AgreementSuspended", "AgreementTerminated", "AgreementsProjection", "Aid",
    "AidDelivered", "AidPledged", "Alignment", "AlignmentKind", "AlignmentRecorded",
    "AnniversariesProjection", "Anniversary", "AnniversaryMarked", "AnyEvent", "Bounds",
    "Certainty", "Change", "Clock", "ComityError", "Contact", "CredentialsPresented", "Day", "Deal",
    "DealAmended", "DealAnnounced", "DealEnded", "DealResumed", "DealSigned", "DealStatus",
    "DealSuspended", "DealsProjection", "DenunciationWithdrawn", "Difference", "Digest", "Entry",
    "Envoy",
    "EnvoyAppointed", "EnvoyArrived", "EnvoyDeparted", "EnvoyExpelled", "Event", "Evidence",
    "Finding", "FindingKind", "ForkedEngine", "IdConflict", "ImportReport", "IncoherentHistory",
    "InteractionCoded", "InvalidDate",
    "InvalidInput", "InvalidRecord", "InvalidValue", "Key", "KnownAt", "Learned", "Link", "Marked",
    "MaterializedProjection", "Measure", "MeasureExtended", "MeasureImposed", "MeasureLifted",
    "Measures", "MeasuresProjection", "Meeting", "MeetingCancelled", "MeetingHeld", "MeetingLevel",
    "MeetingRescheduled", "MeetingScheduled", "Meetings", "Mission", "MissionClosed",
    "MissionLevel", "MissionLevelChanged", "MissionMoved", "MissionOpened", "MissionsProjection",
    "Money", "Network", "NetworkProjection", "NoSuchEvent", "Node", "NotAStore", "NotRetracted",
    "Organisation", "PartyInfo", "Payment", "PaymentMade", "PeriodTone", "Problem", "Progress",
    "Projection",
    "ProjectionStatus", "ProjectionSuperseded", "ProvisionalApplicationEnded", "Quantity", "Query",
    "Rank", "RatificationWithdrawn", "Receipt", "RecognitionExtended", "RecognitionForm",
    "RecognitionWithdrawn", "RecordKeeping", "RecordRedacted", "RecordRetracted", "Recorded",
    "RecordedTimeDecreases",
    "RecordedTimeInFuture", "Redacted", "Redaction", "Refused", "Rejected", "Relations",
    "RelationsChanged",
    "RelationsEstablished", "RelationsLevel", "RelationsRestored", "RelationsSevered",
    "RelationsStatus", "RelationsSuspended", "RelationshipAgreement", "RelationshipAnniversary",
    "RelationshipDeal", "RelationshipMeasure", "RelationshipMission", "RelationshipSeries",
    "RelationshipState", "ReservationMade", "RetractedEvent", "Scope", "Series", "SeriesProjection",
    "Settings", "Shipment", "ShipmentDelivered", "ShipmentHistory", "ShipmentScheduled", "Source",
    "StateProjection", "Statement", "StatementMade", "StoreBusy", "StoreClosed", "StoreDamaged",
    "StoreError", "StoreFull", "StoreNotFound", "StoreReadOnly", "StoreTooNew", "Subscription",
    "TargetRetracted", "TimelineEngine", "TimelineProjection", "Tone", "TonePeriod",
    "ToneProjection", "ToneReading", "UnknownEventKind", "UnknownParty", "Verdict", "Verification",
    "VersionConflict", "VoteCast", "__version__", "find_parties",
    "plot", "Rows", "World",
    "LogsDiffer", "MergeConflict", "MergeReport", "NotInstalled", "StoreExists",
    "StoreBehind", "StoreMayLackEvents", "StoreUnreachable", "TracesLeft", "UnreadableFile",
    "Facets", "Hit", "SearchResult", "Snippet",
    "ArchiveBusy", "ArchiveDamaged", "ArchiveError", "ArchiveProblem", "ArchiveReadOnly",
    "ArchiveReport", "ArchiveUnwritable", "ArchiveVerification",
    "NotAnArchive", "ReplayFailed", "ReplayPart", "ReplayParts",
}  # fmt: skip


def test_the_public_face_is_exactly_this() -> None:
    assert set(comity.__all__) == FACE
    assert len(comity.__all__) == len(FACE)


@pytest.mark.parametrize("name", sorted(FACE))
def test_every_name_of_the_face_is_there(name: str) -> None:
    assert getattr(comity, name) is not None


def test_every_kind_is_on_the_face() -> None:
    assert {kind.__name__ for kind in CATALOGUE.values()} <= FACE
