"""The sentence with which the page of a state begins."""

from __future__ import annotations

from typing import Any

import pytest

from comity.adapters.render.in_short import in_short
from comity.domain.events import (
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementSigned,
    AidPledged,
    DealAnnounced,
    DealSigned,
    DealSuspended,
    EnvoyArrived,
    EnvoyDeparted,
    Event,
    InteractionCoded,
    MeasureImposed,
    MeetingHeld,
    MeetingScheduled,
    MissionOpened,
    RecognitionExtended,
    RelationsChanged,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    ShipmentDelivered,
    StatementMade,
    VoteCast,
)
from comity.domain.phrases import a_or_an, ordinal
from comity.domain.values import Money, Quantity
from tests.unit.given import PAIR, given

FOUNDED = RelationsEstablished(parties=PAIR, when="1992-05-01")
OIL: dict[str, Any] = {"deal": "oil", "buyer": "PAK", "seller": "RUS", "commodity": "crude oil"}
DRONES: dict[str, Any] = {**OIL, "commodity": "drones"}


def told(*events: Event, on: str = "2023-06-20", parties: tuple[str, ...] = PAIR) -> str:
    with given(*events) as engine:
        return in_short(engine.state(*parties, on=on))


def embassy(sender: str, host: str, city: str = "", level: str = "embassy") -> Event:
    return MissionOpened(sender=sender, host=host, when="1993", city=city, level=level)  # type: ignore[arg-type]


def arrived(shipment: str, quantity: Quantity | None) -> Event:
    return ShipmentDelivered(
        deal="oil", buyer="PAK", seller="RUS", shipment=shipment, when="2023-06-11",
        quantity=quantity,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "Nothing is known to have happened between Pakistan and Russia by 20 June 2023."),
        ([FOUNDED], "Relations established on 1 May 1992."),
        ([FOUNDED, RelationsSevered(parties=PAIR, when="2001")],
         "Relations severed in 2001 (established on 1 May 1992)."),
        ([FOUNDED, RelationsSevered(parties=PAIR, when="2001"),
          RelationsRestored(parties=PAIR, when="2003-05")],
         "Relations established on 1 May 1992, restored in May 2003."),
        ([RelationsRestored(parties=PAIR, when="2003-05")], "Relations stand since May 2003."),
        ([embassy("PAK", "RUS", "Moscow"), embassy("RUS", "PAK", "Islamabad")],
         "; embassies in Moscow and Islamabad."),
        ([embassy("PAK", "RUS", "Moscow"), embassy("RUS", "PAK")],
         "; embassies in Moscow and Pakistan."),
        ([embassy("PAK", "RUS", "Moscow"), embassy("RUS", "PAK", "Karachi", "consulate")],
         "; an embassy of Pakistan in Moscow and a consulate of Russia in Karachi."),
        ([embassy("PAK", "RUS", "Moscow"),
          EnvoyArrived(sender="PAK", host="RUS", name="Khan", when="2020"),
          EnvoyDeparted(sender="PAK", host="RUS", name="Khan", when="2022")],
         "; an embassy of Pakistan in Moscow, the post in Moscow vacant."),
        ([embassy("PAK", "RUS", "Moscow"), embassy("RUS", "PAK", "Islamabad"),
          EnvoyArrived(sender="PAK", host="RUS", name="Khan", when="2020"),
          EnvoyDeparted(sender="PAK", host="RUS", name="Khan", when="2022"),
          EnvoyArrived(sender="RUS", host="PAK", name="Orlov", when="2020"),
          EnvoyDeparted(sender="RUS", host="PAK", name="Orlov", when="2022")],
         "; embassies in Moscow and Islamabad, the posts in Moscow and Islamabad vacant."),
        ([MeetingHeld(meeting="m", parties=PAIR, when="2023-06-20", kind="consultation", round=5)],
         "; the fifth round of consultations is being held."),
        ([MeetingHeld(meeting="m", parties=PAIR, when="2023-06-19", kind="commission", round=21)],
         "; the last meeting recorded was the 21st session of the commission, on 19 June 2023."),
        ([MeetingHeld(meeting="m", parties=PAIR, when="2023-06-19")],
         "; the last meeting recorded was held on 19 June 2023."),
        ([MeetingScheduled(meeting="m", parties=PAIR, when="2023-06-19", kind="visit",
                           planned_for="2023-07-01", venue="Kazan")],
         "; a visit in Kazan is planned for 1 July 2023."),
        ([AgreementInForce(agreement="a", parties=PAIR, when="2000"),
          AgreementInForce(agreement="b", parties=PAIR, when="2001")],
         "; 2 agreements in force."),
        ([DealSigned(when="2022", quantity=Quantity("100000", "TNE"), **OIL),
          ShipmentDelivered(shipment="s", when="2023-06-11", quantity=Quantity("45122", "TNE"), **
                            {k: v for k, v in OIL.items() if k != "commodity"})],
         "45,122 of 100,000 tonnes of crude oil delivered"),
        ([DealAnnounced(when="2023-06-01", **OIL)],
         "; a deal for crude oil announced on 1 June 2023."),
        ([MeasureImposed(by="RUS", on="PAK", measure="m", kind="embargo", when="2001")],
         "; an embargo by Russia against Pakistan is in force."),
        ([MeasureImposed(by="RUS", on="PAK", measure=f"m{n}", when="2001") for n in range(3)],
         "; 3 measures are in force."),
        ([StatementMade(by="RUS", parties=PAIR, when="2023-06-12", stance="friendly")],
         "; a friendly statement of Russia on 12 June 2023."),
        ([InteractionCoded(scheme="cameo", code="040", source="PAK", target="RUS", when="2022")],
         "; 1 coded interaction, mean Goldstein weight 1.0."),
        ([FOUNDED, RelationsChanged(parties=PAIR, when="2000", level="chargé")],
         "Relations established on 1 May 1992, now at the level of chargés d'affaires."),
        ([FOUNDED, RelationsChanged(parties=PAIR, when="2000", level="full")],
         "Relations established on 1 May 1992."),
        ([embassy("PAK", "RUS", "Moscow"),
          MissionOpened(sender="RUS", host="PAK", when="1993", accredited_from="Dubai")],
         "in Moscow and an embassy of Russia to Pakistan, accredited from Dubai."),
        ([DealSigned(when="2022", quantity=Quantity("100", "TNE"), **OIL), arrived("s", None)],
         "; 100 tonnes of crude oil ordered, of which an unknown amount was delivered."),
        ([DealSigned(when="2022", quantity=Quantity("100", "TNE"), **OIL), arrived("s", None),
          arrived("t", Quantity("30", "TNE"))],
         "; at least 30 of 100 tonnes of crude oil delivered."),
        ([DealSigned(when="2022", quantity=Quantity("12", "C62"), **DRONES),
          DealSuspended(deal="oil", buyer="PAK", seller="RUS", when="2023-01-05")],
         "; 12 drones ordered, suspended since 5 January 2023."),
        ([MeetingHeld(meeting="m", parties=PAIR, when="2022/2024", kind="negotiations")],
         "; negotiations are being held."),
        ([MeetingHeld(meeting=f"m{n}", parties=PAIR, when="2023-06-20", kind="visit", venue=venue)
          for n, venue in enumerate(("Oslo", "", "Karachi"))],
         "; a visit in Karachi, a visit in Oslo and 1 more meeting are being held."),
        ([MeetingHeld(meeting="m", parties=PAIR, when="2020-06-01", kind="talks", level="working"),
          MeetingHeld(meeting="n", parties=PAIR, when="2020", kind="summit", level="minister")],
         "; the last meetings recorded were a summit, in 2020 and talks, on 1 June 2020."),
        ([MeetingScheduled(meeting="m", parties=PAIR, when="2023-01-01", kind="talks",
                           planned_for="2023-07")],
         "; talks are planned for July 2023."),
        ([AgreementInForce(agreement="a", parties=PAIR, when="2000"),
          AgreementSigned(agreement="b", parties=PAIR, when="2001")],
         "; 1 agreement in force, 1 signed."),
        ([AgreementProvisionallyApplied(agreement="a", parties=PAIR, when="2000")],
         "; 1 agreement applied provisionally."),
        ([RecognitionExtended(by="RUS", on="PAK", when="1950")],
         "; Russia has recognised Pakistan since 1950."),
        ([VoteCast(by="PAK", parties=PAIR, resolution="r", vote="yes", when="2020")],
         "; 1 event of other kinds recorded."),
        ([MeasureImposed(by="RUS", on="PAK", measure="m", kind="export controls", when="2001")],
         "; export controls by Russia against Pakistan are in force."),
        ([StatementMade(by="RUS", parties=PAIR, when="2023-06-12", stance="unfriendly")],
         "; an unfriendly statement of Russia on 12 June 2023."),
        ([MeetingHeld(meeting="m", parties=PAIR, when="2023-06-20", kind="e-meeting")],
         "; an e-meeting is being held."),
        ([StatementMade(by="RUS", parties=PAIR, when="2023", text="x")],
         "1 event may have happened by then."),
    ],
)  # fmt: skip
def test_it_says_what_a_person_would_say(events: list[Event], said: str) -> None:
    assert said in told(*events)


def test_of_an_organisation_nobody_misses_relations() -> None:
    aid = AidPledged(by="imf", to="PAK", when="2023-06-01", money=Money("6000", "USD"))
    said = told(aid, parties=("PAK", "imf"))
    assert said == "Aid of the International Monetary Fund to Pakistan: pledged 6,000 USD."


def test_what_is_undetermined_is_told_where_nothing_else_is() -> None:
    aid = AidPledged(by="imf", to="PAK", when="2023", money=Money("6000", "USD"))
    assert told(aid, parties=("PAK", "imf")) == "1 event may have happened by then."


def test_findings_are_counted_after_it() -> None:
    again = RelationsEstablished(parties=PAIR, when="1993")
    assert told(FOUNDED, again).endswith(". The record has gaps or contradictions: 1 finding.")


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "first"), (12, "twelfth"), (13, "13th"), (21, "21st"), (22, "22nd"), (103, "103rd"),
     (111, "111th"), (112, "112th"), (0, "0th")],
)  # fmt: skip
def test_ordinals(number: int, word: str) -> None:
    assert ordinal(number) == word


@pytest.mark.parametrize(
    ("word", "told"),
    [("visit", "a visit"), ("embassy", "an embassy"), ("unfriendly", "an unfriendly"),
     ("union", "a union"), ("unilateral", "a unilateral"), ("European", "a European"),
     ("honorary consul", "an honorary consul"), ("hour", "an hour"), ("one-off", "a one-off"),
     ("usual", "a usual"), ("talks", "talks"), ("congress", "a congress"), ("úrad", "a úrad")],
)  # fmt: skip
def test_articles(word: str, told: str) -> None:
    assert a_or_an(word) == told
