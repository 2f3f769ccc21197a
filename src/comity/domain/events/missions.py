"""Events of missions and envoys, each directed from a `sender` to a `host`.

Ranks of heads of mission follow Article 14 of the Vienna Convention on Diplomatic Relations (1961).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone
from comity.domain.phrases import after, joined

MissionLevel = Literal[
    "embassy", "legation", "liaison-office", "interests-section", "consulate-general"
]
"""The levels of a mission, from the highest down."""

Rank = Literal["ambassador", "envoy", "chargé d'affaires"]
"""The ranks of a head of mission, from the highest down."""


class _Directed(Event, frozen=True, kw_only=True):
    roles: ClassVar[tuple[str, ...]] = ("sender", "host")
    needs: ClassVar[tuple[str, ...]] = ("sender", "host")

    sender: str
    host: str


class _Mission(_Directed, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "mission"

    level: MissionLevel | Literal[""] = "embassy"
    city: str = ""
    accredited_from: str = ""
    """Where the mission resides when it is accredited from elsewhere; empty: resident."""

    def summary(self) -> str:
        """Who did what with which mission, and where it is."""
        mission = f"{self.sender} {self.verb} {self.level or 'mission'} in {self.host}"
        return joined(mission, self.city, after("accredited from", self.accredited_from))


class MissionOpened(_Mission, frozen=True):
    """A mission began its work; `level` is embassy, legation, consulate-general and the like.

    >>> MissionOpened(sender="PAK", host="SUN", when="1949-12", city="Moscow").level
    'embassy'
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "050"
    verb: ClassVar[str] = "opened its"


class MissionLevelChanged(_Mission, frozen=True):
    """A mission was raised or lowered to `level`.

    >>> MissionLevelChanged(sender="USA", host="CUB", when="2015-07-20", level="embassy").host
    'CUB'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "raised or lowered its mission to the"


class MissionClosed(_Mission, frozen=True):
    """A mission ended its work; for a consulate-general give its city.

    >>> MissionClosed(
    ...     sender="USA", host="RUS", when="2021", level="consulate-general", city="Vladivostok"
    ... ).city
    'Vladivostok'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = "161"
    verb: ClassVar[str] = "closed its"


class _Envoy(_Directed, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "post"
    needs: ClassVar[tuple[str, ...]] = ("sender", "host", "name")

    name: str
    rank: Rank | Literal[""] = "ambassador"
    ad_interim: bool = False
    """True for a chargé d'affaires *ad interim*: the post itself is then vacant."""

    def summary(self) -> str:
        """Who, in which rank and at which mission, and what happened."""
        rank = joined(self.rank or "envoy", "ad interim" if self.ad_interim else "", by=" ")
        return f"{self.name}, {rank} of {self.sender} in {self.host}, {self.verb}"


class EnvoyAppointed(_Envoy, frozen=True):
    """A head of mission was named.

    >>> EnvoyAppointed(sender="PAK", host="SUN", name="Shuaib Qureshi", when="1949").rank
    'ambassador'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "appointed"


class CredentialsPresented(_Envoy, frozen=True):
    """A head of mission handed over credentials and so took up the post.

    >>> CredentialsPresented(
    ...     sender="PAK", host="SUN", name="Shuaib Qureshi", when="1949-12-31"
    ... ).sender
    'PAK'
    """

    verb: ClassVar[str] = "presented credentials"


class EnvoyDeparted(_Envoy, frozen=True):
    """A head of mission left the post.

    >>> EnvoyDeparted(sender="USA", host="RUS", name="John J. Sullivan", when="2022-09-04").name
    'John J. Sullivan'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    verb: ClassVar[str] = "departed"


class EnvoyExpelled(_Envoy, frozen=True):
    """The host declared a head of mission persona non grata or sent the envoy home.

    >>> EnvoyExpelled(sender="FRA", host="NER", name="Sylvain Itté", when="2023-08-25").host
    'NER'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = "161"
    verb: ClassVar[str] = "expelled"
