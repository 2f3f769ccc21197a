"""Events of diplomatic relations and of recognition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone, ToneByField
from comity.domain.phrases import after, in_brackets, joined

RelationsLevel = Literal["full", "chargé"]
"""The levels of relations: ambassadors, or chargés d'affaires only."""

RecognitionForm = Literal["de facto", "de jure"]
"""The forms of recognition."""


class _Relations(Event, frozen=True):
    subject: ClassVar[Subject] = "relations"

    def summary(self) -> str:
        """What happened to the relations."""
        return f"diplomatic relations {self.verb}"


class RelationsEstablished(_Relations, frozen=True):
    """Diplomatic relations began; the founding event of a relationship's anniversaries.

    >>> RelationsEstablished(parties=("SUN", "PAK"), when="1948-05-01").parties
    ('PAK', 'SUN')
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "054"
    verb: ClassVar[str] = "established"


class RelationsSuspended(_Relations, frozen=True):
    """Relations were put on hold without being broken off.

    >>> RelationsSuspended(parties=("GBR", "IRN"), when="2011-11-30").type
    'relations-suspended'
    """

    phase: ClassVar[Phase] = Phase.PAUSES
    tone: ClassVar[Tone] = "161"
    verb: ClassVar[str] = "suspended"


class RelationsSevered(_Relations, frozen=True):
    """Relations were broken off.

    >>> RelationsSevered(parties=("IRN", "USA"), when="1980-04-07").type
    'relations-severed'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = "161"
    verb: ClassVar[str] = "severed"


class RelationsRestored(_Relations, frozen=True):
    """Relations that had been suspended or severed were resumed.

    >>> RelationsRestored(parties=("CUB", "USA"), when="2015-07-20").type
    'relations-restored'
    """

    phase: ClassVar[Phase] = Phase.RESUMES
    tone: ClassVar[Tone] = "050"
    verb: ClassVar[str] = "restored"


class RelationsChanged(_Relations, frozen=True):
    """Relations went on at another `level`: full, or of chargés d'affaires; empty if not told.

    >>> RelationsChanged(parties=("GBR", "CHN"), when="1972-03-13", level="full").level
    'full'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    tone: ClassVar[Tone] = ToneByField("level", {"full": "050", "chargé": "161"})
    verb: ClassVar[str] = "changed"

    level: RelationsLevel | Literal[""] = ""

    def summary(self) -> str:
        """To what the relations were changed."""
        return joined(f"diplomatic relations {self.verb}", _TO[self.level], by=" ")


_TO = {"full": "to full level", "chargé": "to the level of chargés d'affaires", "": ""}


class _Recognition(Event, frozen=True):
    subject: ClassVar[Subject] = "recognition"
    roles: ClassVar[tuple[str, ...]] = ("by", "on")
    needs: ClassVar[tuple[str, ...]] = ("by", "on")

    by: str
    on: str
    government: str = ""
    """The government that is recognised, where it is a government and not a state."""


class RecognitionExtended(_Recognition, frozen=True):
    """One party (`by`) recognised another (`on`), de facto or de jure.

    >>> RecognitionExtended(by="USA", on="ISR", when="1948-05-14", form="de facto").parties
    ('ISR', 'USA')
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "054"

    if TYPE_CHECKING:
        form: RecognitionForm | Literal[""] = ""
    else:
        # A row that version 0.1 stored may hold any text.
        form: Annotated[str, RecognitionForm | Literal[""]] = ""

    def summary(self) -> str:
        """Who recognised whom, and in which form."""
        government = after("as the government of", self.government and self.on)
        whom = joined(self.government or self.on, government, by=" ")
        return joined(f"{self.by} recognised {whom}", in_brackets(self.form), by=" ")


class RecognitionWithdrawn(_Recognition, frozen=True):
    """One party (`by`) took back its recognition of another (`on`).

    >>> RecognitionWithdrawn(by="NRU", on="TWN", when="2024-01-15").parties
    ('NRU', 'TWN')
    """

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = "161"

    def summary(self) -> str:
        """Who withdrew the recognition of whom."""
        government = after("as the government of", self.government and self.on)
        whom = joined(self.government or self.on, government, by=" ")
        return f"{self.by} withdrew its recognition of {whom}"
