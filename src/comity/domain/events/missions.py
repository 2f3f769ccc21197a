"""Events of missions and envoys, each directed from a `sender` to a `host`.

Ranks of heads of mission follow Article 14 of the Vienna Convention on Diplomatic Relations (1961),
with those that rank with them: high commissioners between members of the Commonwealth, and
permanent representatives at organisations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone
from comity.domain.parties import party
from comity.domain.phrases import after, in_brackets, joined

MissionLevel = Literal[
    "embassy", "high-commission", "apostolic-nunciature", "permanent-mission", "legation",
    "delegation", "liaison-office", "representative-office", "interests-section",
    "consulate-general", "consulate", "honorary-consulate",
]  # fmt: skip
"""The levels of a mission, from the highest down."""

Rank = Literal[
    "ambassador", "high commissioner", "nuncio", "permanent representative", "envoy", "minister",
    "internuncio", "chargé d'affaires",
]  # fmt: skip
"""The ranks of a head of mission, from the highest down.

The first four are of the first class of Article 14, the next three of the second.
"""


class _Directed(Event, frozen=True, kw_only=True):
    roles: ClassVar[tuple[str, ...]] = ("sender", "host")
    needs: ClassVar[tuple[str, ...]] = ("sender", "host")

    sender: str
    host: str


class _Mission(_Directed, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "mission"

    mission: str = ""
    """An id that the events of one mission may share, where level and city do not tell it apart."""
    city: str = ""
    accredited_from: str = ""
    """Where the mission resides when it is accredited from elsewhere; empty: resident."""
    protecting_power: str = ""
    """The party in whose embassy an interests section works; not a party of the event."""

    def summary(self) -> str:
        """Who did what with which mission, and where it is."""
        level = getattr(self, "level", "") or "mission"
        mission = f"{self.sender} {self.verb} {level} in {self.host}"
        return joined(
            joined(mission, in_brackets(self.mission), by=" "),
            self.city,
            after("accredited from", self.accredited_from),
            after("under the protection of", self.protecting_power),
        )

    def _check_fields(self) -> None:
        super()._check_fields()
        if self.protecting_power:
            party(self.protecting_power)


class MissionOpened(_Mission, frozen=True, kw_only=True):
    """A mission began its work; `level` is embassy, legation, consulate-general and the like.

    >>> MissionOpened(sender="PAK", host="SUN", when="1949-12", city="Moscow").level
    'embassy'
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "050"
    verb: ClassVar[str] = "opened its"

    level: MissionLevel | Literal[""] = "embassy"


class MissionLevelChanged(_Mission, frozen=True, kw_only=True):
    """A mission was raised or lowered to `level`.

    >>> MissionLevelChanged(sender="USA", host="CUB", when="2015-07-20", level="embassy").host
    'CUB'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "raised or lowered its mission to the"
    needs: ClassVar[tuple[str, ...]] = ("sender", "host", "level")
    untold: ClassVar[Mapping[str, str]] = {"level": ""}

    if TYPE_CHECKING:
        level: MissionLevel
    else:
        level: MissionLevel | Literal[""] = "embassy"


class MissionMoved(_Mission, frozen=True, kw_only=True):
    """A mission moved to another `city`; give its `level` if there are several.

    >>> MissionMoved(sender="USA", host="ISR", when="2018-05-14", city="Jerusalem").city
    'Jerusalem'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "moved its"
    needs: ClassVar[tuple[str, ...]] = ("sender", "host", "city")

    level: MissionLevel | Literal[""] = ""


class MissionClosed(_Mission, frozen=True, kw_only=True):
    """A mission ended its work; `level` and `city` say which, as far as there are several.

    >>> MissionClosed(
    ...     sender="USA", host="RUS", when="2021", level="consulate-general", city="Vladivostok"
    ... ).city
    'Vladivostok'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = "161"
    verb: ClassVar[str] = "closed its"
    untold: ClassVar[Mapping[str, str]] = {"level": ""}

    if TYPE_CHECKING:
        level: MissionLevel | Literal[""] = ""
    else:
        level: MissionLevel | Literal[""] = "embassy"  # what a stored event without it means


class _Envoy(_Directed, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "post"
    needs: ClassVar[tuple[str, ...]] = ("sender", "host", "name")

    name: str
    rank: Rank | Literal[""] = "ambassador"
    ad_interim: bool = False
    """True for a chargé d'affaires *ad interim*: the post itself is then vacant."""
    level: MissionLevel | Literal[""] = ""
    """The level, `city` and `mission` say which mission it is; without them, the highest."""
    city: str = ""
    mission: str = ""

    def summary(self) -> str:
        """Who, in which rank and at which mission, and what happened."""
        rank = joined(self.rank or "envoy", "ad interim" if self.ad_interim else "", by=" ")
        mission = joined(self.level, self.city, in_brackets(self.mission), by=" ")
        post = joined(f"{rank} of {self.sender} in {self.host}", after("at the", mission), by=" ")
        return f"{self.name}, {post}, {self.verb}"


class EnvoyAppointed(_Envoy, frozen=True):
    """A head of mission was named.

    >>> EnvoyAppointed(sender="PAK", host="SUN", name="Shuaib Qureshi", when="1949").rank
    'ambassador'
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    verb: ClassVar[str] = "appointed"


class EnvoyArrived(_Envoy, frozen=True):
    """A head of mission arrived and so took up the post.

    >>> EnvoyArrived(sender="FRA", host="IRN", name="Nicolas Roche", when="2022").name
    'Nicolas Roche'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "arrived"


class CredentialsPresented(_Envoy, frozen=True):
    """A head of mission handed over credentials and so took up the post.

    >>> CredentialsPresented(
    ...     sender="PAK", host="SUN", name="Shuaib Qureshi", when="1949-12-31"
    ... ).sender
    'PAK'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
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
