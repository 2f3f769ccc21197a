"""Events of words, aid and alignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from comity.domain.events.base import OPENS, Event
from comity.domain.values import Money, Quantity

ALIGNMENTS = frozenset({"aligned", "neutral", "opposed"})


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

    roles: ClassVar[tuple[str, ...]] = ("by",)
    needs: ClassVar[tuple[str, ...]] = ("by",)

    by: str
    speaker: str = ""
    stance: str = ""
    text: str = ""


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

    phase: ClassVar[int] = OPENS


class AidDelivered(_Aid, frozen=True):
    """Aid arrived.

    >>> AidDelivered(by="imf", to="PAK", when="2022-08-31", money=Money(1100000000, "USD")).to
    'PAK'
    """


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

    needs: ClassVar[tuple[str, ...]] = ("alignment", "matter")
    choices: ClassVar[Mapping[str, frozenset[str]]] = {"alignment": ALIGNMENTS}

    alignment: str
    matter: str
