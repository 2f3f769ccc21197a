"""Events of missions and envoys, each directed from a `sender` to a `host`.

Ranks of heads of mission follow Article 14 of the Vienna Convention on Diplomatic Relations (1961).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from comity.domain.events.base import ADVANCES, CLOSES, OPENS, Event

LEVELS = frozenset(
    {"embassy", "legation", "interests-section", "consulate-general", "liaison-office"}
)
RANKS = frozenset({"ambassador", "envoy", "chargé d'affaires"})


class _Directed(Event, frozen=True, kw_only=True):
    roles: ClassVar[tuple[str, ...]] = ("sender", "host")
    needs: ClassVar[tuple[str, ...]] = ("sender", "host")

    sender: str
    host: str


class _Mission(_Directed, frozen=True, kw_only=True):
    choices: ClassVar[Mapping[str, frozenset[str]]] = {"level": LEVELS}

    level: str = "embassy"
    city: str = ""
    accredited_from: str = ""
    """Where the mission resides when it is accredited from elsewhere; empty: resident."""


class MissionOpened(_Mission, frozen=True):
    """A mission began its work; `level` is embassy, legation, consulate-general and the like.

    >>> MissionOpened(sender="PAK", host="SUN", when="1949-12", city="Moscow").level
    'embassy'
    """

    phase: ClassVar[int] = OPENS


class MissionLevelChanged(_Mission, frozen=True):
    """A mission was raised or lowered to `level`.

    >>> MissionLevelChanged(sender="USA", host="CUB", when="2015-07-20", level="embassy").host
    'CUB'
    """

    phase: ClassVar[int] = ADVANCES


class MissionClosed(_Mission, frozen=True):
    """A mission ended its work; for a consulate-general give its city.

    >>> MissionClosed(
    ...     sender="USA", host="RUS", when="2021", level="consulate-general", city="Vladivostok"
    ... ).city
    'Vladivostok'
    """

    phase: ClassVar[int] = CLOSES


class _Envoy(_Directed, frozen=True, kw_only=True):
    needs: ClassVar[tuple[str, ...]] = ("sender", "host", "name")
    choices: ClassVar[Mapping[str, frozenset[str]]] = {"rank": RANKS}

    name: str
    rank: str = "ambassador"
    ad_interim: bool = False
    """True for a chargé d'affaires *ad interim*: the post itself is then vacant."""


class EnvoyAppointed(_Envoy, frozen=True):
    """A head of mission was named.

    >>> EnvoyAppointed(sender="PAK", host="SUN", name="Shuaib Qureshi", when="1949").rank
    'ambassador'
    """

    phase: ClassVar[int] = ADVANCES


class CredentialsPresented(_Envoy, frozen=True):
    """A head of mission handed over credentials and so took up the post.

    >>> CredentialsPresented(
    ...     sender="PAK", host="SUN", name="Shuaib Qureshi", when="1949-12-31"
    ... ).sender
    'PAK'
    """


class EnvoyDeparted(_Envoy, frozen=True):
    """A head of mission left the post.

    >>> EnvoyDeparted(sender="USA", host="RUS", name="John J. Sullivan", when="2022-09-04").name
    'John J. Sullivan'
    """

    phase: ClassVar[int] = CLOSES


class EnvoyExpelled(_Envoy, frozen=True):
    """The host declared a head of mission persona non grata or sent the envoy home.

    >>> EnvoyExpelled(sender="FRA", host="NER", name="Sylvain Itté", when="2023-08-25").host
    'NER'
    """

    phase: ClassVar[int] = CLOSES
