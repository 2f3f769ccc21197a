"""Events of statements, votes, aid and alignment."""

from __future__ import annotations

from typing import ClassVar, Literal

from comity.domain.events.base import Event, Subject
from comity.domain.events.tone import Tone, ToneByField
from comity.domain.phrases import after, amount, in_brackets, joined
from comity.domain.values import Money, Quantity

AlignmentKind = Literal["aligned", "neutral", "opposed"]
"""How parties stand to each other in some matter."""

_SAID = {
    "friendly": "051", "supportive": "051", "cooperative": "030", "neutral": "010",
    "critical": "111", "unfriendly": "110", "hostile": "110", "threatening": "130",
}  # fmt: skip


class StatementMade(Event, frozen=True):
    """One party (`by`) said something that bears on the relationship.

    >>> StatementMade(
    ...     by="RUS",
    ...     parties=("PAK", "RUS"),
    ...     when="2023-06",
    ...     speaker="Sergey Lavrov",
    ...     stance="friendly",
    ... ).speaker
    'Sergey Lavrov'
    """

    tone: ClassVar[Tone] = ToneByField("stance", _SAID)
    roles: ClassVar[tuple[str, ...]] = ("by",)
    needs: ClassVar[tuple[str, ...]] = ("by",)

    by: str
    speaker: str = ""
    stance: str = ""
    text: str = ""

    def summary(self) -> str:
        """Who spoke, in which stance, and what was said."""
        who = joined(self.by, in_brackets(self.speaker), by=" ")
        spoke = joined(who, "spoke", in_brackets(self.stance), by=" ")
        return joined(spoke, self.text, by=": ")


class VoteCast(Event, frozen=True):
    """One party (`by`) voted in a `body` on a resolution that bears on the relationship.

    >>> VoteCast(
    ...     by="PAK",
    ...     parties=("PAK", "RUS"),
    ...     when="2022-03-02",
    ...     body="UN General Assembly",
    ...     resolution="A/RES/ES-11/1",
    ...     vote="abstained",
    ... ).vote
    'abstained'
    """

    roles: ClassVar[tuple[str, ...]] = ("by",)
    needs: ClassVar[tuple[str, ...]] = ("by", "resolution", "vote")

    by: str
    resolution: str
    vote: str
    """For, against, abstained, absent …"""
    body: str = ""

    def summary(self) -> str:
        """Who voted how, on what and where."""
        voted = f"{self.by} voted on {self.resolution}"
        return joined(joined(voted, after("in", self.body), by=" "), self.vote, by=": ")


class _Aid(Event, frozen=True, kw_only=True):
    roles: ClassVar[tuple[str, ...]] = ("by", "to")
    needs: ClassVar[tuple[str, ...]] = ("by", "to")

    by: str
    to: str
    aid: str = ""
    """An id that a pledge and its deliveries share."""
    money: Money | None = None
    quantity: Quantity | None = None
    purpose: str = ""

    def summary(self) -> str:
        """Who pledged or delivered what to whom, and for what."""
        what = joined(amount(self.money), amount(self.quantity), by=" and ") or "aid"
        act = f"{self.by} {self.verb} {what} to {self.to}"
        return joined(act, after("for", self.purpose), in_brackets(self.aid), by=" ")


class AidPledged(_Aid, frozen=True):
    """One party (`by`) promised aid to another (`to`).

    >>> AidPledged(
    ...     by="imf",
    ...     to="PAK",
    ...     when="2019-07-03",
    ...     money=Money(6000000000, "USD"),
    ...     purpose="Extended Fund Facility",
    ... ).parties
    ('PAK', 'imf')
    """

    tone: ClassVar[Tone] = "033"
    verb: ClassVar[str] = "pledged"


class AidDelivered(_Aid, frozen=True):
    """Aid arrived.

    >>> AidDelivered(by="imf", to="PAK", when="2022-08-31", money=Money(1100000000, "USD")).to
    'PAK'
    """

    tone: ClassVar[Tone] = "070"
    verb: ClassVar[str] = "delivered"


class AlignmentRecorded(Event, frozen=True):
    """The parties stood aligned, neutral or opposed to each other in some matter.

    >>> AlignmentRecorded(
    ...     parties=("PAK", "SUN"),
    ...     when="1979-12/1989-02",
    ...     alignment="opposed",
    ...     matter="the war in Afghanistan",
    ... ).alignment
    'opposed'
    """

    subject: ClassVar[Subject] = "alignment"
    tone: ClassVar[Tone] = ToneByField("alignment", {"aligned": "019", "opposed": "110"})
    needs: ClassVar[tuple[str, ...]] = ("alignment", "matter")

    alignment: AlignmentKind
    matter: str

    def summary(self) -> str:
        """How the parties stood to each other, and in what."""
        return f"{' and '.join(self.parties)} {self.alignment}: {self.matter}"
