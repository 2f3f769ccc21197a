"""Events of diplomatic relations and of recognition."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.events.base import BEFORE, ENDS, PAUSES, RESUMES, Event


class RelationsEstablished(Event, frozen=True):
    """Diplomatic relations began; the founding event of a relationship's anniversaries.

    >>> RelationsEstablished(parties=("SUN", "PAK"), when="1948-05-01").parties
    ('PAK', 'SUN')
    """

    phase: ClassVar[int] = BEFORE


class RelationsSuspended(Event, frozen=True):
    """Relations were put on hold without being broken off.

    >>> RelationsSuspended(parties=("GBR", "IRN"), when="2011-11-30").type
    'relations-suspended'
    """

    phase: ClassVar[int] = PAUSES


class RelationsSevered(Event, frozen=True):
    """Relations were broken off.

    >>> RelationsSevered(parties=("IRN", "USA"), when="1980-04-07").type
    'relations-severed'
    """

    phase: ClassVar[int] = ENDS


class RelationsRestored(Event, frozen=True):
    """Relations that had been suspended or severed were resumed.

    >>> RelationsRestored(parties=("CUB", "USA"), when="2015-07-20").type
    'relations-restored'
    """

    phase: ClassVar[int] = RESUMES


class RecognitionExtended(Event, frozen=True):
    """One party (`by`) recognised another (`on`) as a state or its government as such.

    >>> RecognitionExtended(by="USA", on="ISR", when="1948-05-14", form="de facto").parties
    ('ISR', 'USA')
    """

    phase: ClassVar[int] = BEFORE
    roles: ClassVar[tuple[str, ...]] = ("by", "on")
    needs: ClassVar[tuple[str, ...]] = ("by", "on")

    by: str
    on: str
    form: str = ""


class RecognitionWithdrawn(Event, frozen=True):
    """One party (`by`) took back its recognition of another (`on`).

    >>> RecognitionWithdrawn(by="NRU", on="TWN", when="2024-01-15").parties
    ('NRU', 'TWN')
    """

    phase: ClassVar[int] = ENDS
    roles: ClassVar[tuple[str, ...]] = ("by", "on")
    needs: ClassVar[tuple[str, ...]] = ("by", "on")

    by: str
    on: str
