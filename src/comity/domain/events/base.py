"""The base class of events: common fields, checks and ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, cast

import msgspec
from msgspec.structs import force_setattr

from comity.domain import parties as party_codes
from comity.domain.errors import InvalidRecord, InvalidValue, UnknownEventKind
from comity.domain.events.fields import (
    choices,
    defaults,
    literals,
    normalize_names,
    value_fields,
)
from comity.domain.events.tone import Tone
from comity.domain.text import nfc, without_accents
from comity.domain.time.dates import bounds
from comity.domain.validated import ValidatedStruct
from comity.domain.values import Source

Subject = Literal[
    "", "relations", "recognition", "mission", "post", "meeting", "agreement", "deal", "shipment",
    "measure", "alignment",
]  # fmt: skip
"""The subjects of events: what an event is about and has a life; empty for a kind without one."""


class Phase(IntEnum):
    """How an event moves its subject. Events of one day are ordered by it: beginnings first."""

    BEGINS = 0
    CONTINUES = 1
    HAPPENS = 2
    """Also the phase of every kind without a subject that has a life."""
    PAUSES = 3
    RESUMES = 4
    ENDS = 5
    ANNOTATES = 6
    """Says something about the record of another event."""


__all__ = ["Event", "Phase", "Subject", "canonical", "choices", "kebab", "literals"]

_DIGEST_BYTES = 12

canonical = msgspec.json.Encoder(order="sorted").encode
"""Writes an event as JSON with its fields in the order of their names; ids are derived from it."""

_DIGEST = re.compile(r"-[0-9a-f]+")


def kebab(name: str) -> str:
    """The stable tag of an event class: `MeetingHeld` is `meeting-held`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Event(
    ValidatedStruct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True,
    tag_field="type", tag=kebab, gc=False,
):  # fmt: skip
    """An immutable record that something became true between two or more parties.

    `parties` are codes (`PAK`, `imf`); `when` is EDTF; `sources` vouch for it; `happening` is
    the name that rival accounts share (empty: there are none); `confidence` runs from 0 to 1;
    `id` is derived from the content unless given. Raises `InvalidInput` errors on construction.
    """

    type: ClassVar[str] = ""
    subject: ClassVar[Subject] = ""
    """What the event is about."""
    phase: ClassVar[Phase] = Phase.HAPPENS
    """How it moves its subject."""
    tone: ClassVar[Tone] = ""
    """The CAMEO code of the kind, or how the code follows from a field."""
    verb: ClassVar[str] = ""
    """The verb of the summary; the kinds of one area share the rest of the sentence."""
    roles: ClassVar[tuple[str, ...]] = ()
    """The fields that name parties; `parties` follows from them."""
    once: ClassVar[tuple[str, ...]] = ()
    """The fields that name what can happen only once; the happening is made from them."""
    needs: ClassVar[tuple[str, ...]] = ()
    """The text fields that may not be empty."""
    dated: ClassVar[tuple[str, ...]] = ()
    """The fields besides `when` that hold EDTF."""

    when: str
    parties: tuple[str, ...] = ()
    if TYPE_CHECKING:
        sources: Sequence[Source] = ()  # any sequence; the event holds a tuple
    else:
        sources: tuple[Source, ...] = ()
    note: str = ""
    happening: str = ""
    confidence: float = 1.0
    id: str = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.type = kebab(cls.__name__)

    def validate(self) -> None:
        """Check every field, and derive the parties, the happening and the id if not given."""
        self._check_told()
        self._complete()
        self._identify()

    def validate_stored(self) -> None:
        """As `validate`, but a row that an older version stored need not keep newer rules.

        Its id stays what it is.
        """
        self._complete()
        if not self.id:
            self._identify()

    def _complete(self) -> None:
        """Check what every version asks of an event, and derive what other fields tell."""
        bounds(self.when)
        self._check_fields()
        force_setattr(self, "parties", self._parties())
        if not isinstance(self.sources, tuple):
            if isinstance(self.sources, str) or not isinstance(self.sources, Iterable):
                raise InvalidValue("sources", self.sources, "several, such as (Source('Dawn'),)")
            force_setattr(self, "sources", tuple(self.sources))
        self._validate_values()
        if type(self.confidence) is not float:
            force_setattr(self, "confidence", float(self.confidence))
        if self.once and not self.happening:
            force_setattr(self, "happening", self._once_key())
        self._leave_out_defaults()

    def _validate_values(self) -> None:
        # A constructor has validated them, but msgspec's `convert` and copies have not.
        for field in value_fields(type(self)):
            value: object = getattr(self, field)
            if not value:
                continue
            items = cast("tuple[object, ...]", value) if type(value) is tuple else (value,)
            for item in items:
                if isinstance(item, ValidatedStruct):
                    item.validate()

    def _leave_out_defaults(self) -> None:
        """Make a value that equals its default identical to it: the encoder leaves it out then."""
        for field, default in defaults(type(self)):
            if getattr(self, field) == default:
                force_setattr(self, field, default)

    def _check_told(self) -> None:
        """Check what callers must tell; a row that an older version stored may lack it."""
        for field in self.needs:
            value = getattr(self, field)
            if not value or not isinstance(value, str):
                raise InvalidValue(field, value, f"the text of what {self.type} is about")
        for field, allowed in choices(type(self)).items():
            value = getattr(self, field)
            if not (isinstance(value, str) and value in allowed):
                force_setattr(self, field, _choice(field, value, allowed))

    def _check_fields(self) -> None:
        self._check_dated()
        sure = self.confidence
        if type(sure) not in (float, int) or not 0 <= sure <= 1:
            raise InvalidValue("confidence", sure, "a number from 0 to 1")

    def _check_dated(self) -> None:
        for field in self.dated:
            if getattr(self, field):
                bounds(getattr(self, field))

    def _parties(self) -> tuple[str, ...]:
        named = self._named_parties()
        if not self.parties:
            return party_codes.parties(tuple(sorted(named)))
        parties = self._given_parties()
        for code in named:
            if code not in parties and party_codes.current(code) not in parties:
                raise InvalidValue("parties", parties, f"{code}, which the event's roles name, too")
        return parties

    def _given_parties(self) -> tuple[str, ...]:
        parties = self.parties
        if type(parties) is not tuple:
            if isinstance(parties, str) or not isinstance(parties, Iterable):
                raise InvalidValue("parties", parties, "codes such as ('PAK', 'RUS')")
            parties = tuple(parties)
        return party_codes.parties(parties)

    def _named_parties(self) -> set[str]:
        named = [str(code) for role in self.roles if (code := getattr(self, role))]
        if len(named) > 1 and len(set(named)) < len(named):
            raise InvalidValue("parties", tuple(named), "another party in each role")
        return set(named)

    def _once_key(self) -> str:
        return "/".join(str(getattr(self, field)) for field in self.once)

    def _identify(self) -> None:
        """Derive the id from the content, unless an id was given.

        It is the tag and 96 bits of BLAKE2b over canonical JSON. A field at its default is not
        part of the content, so a field that is added later changes no id.
        """
        if self.id and not self.has_derived_id:
            normalize_names(self)
            return
        force_setattr(self, "id", "")
        try:
            content = self._content()
            if not content.isascii() and normalize_names(self):
                content = self._content()
        except (TypeError, ValueError) as error:
            raise InvalidRecord([(self.type, f"cannot be written as JSON: {error}")]) from None
        force_setattr(self, "id", f"{self.type}-{_digest(content)}")

    def _content(self) -> bytes:
        """The JSON from which the id is derived."""
        return canonical(self)

    def summary(self) -> str:
        """What happened, in one line of plain text."""
        raise UnknownEventKind(type(self).__name__)

    def tone_code(self) -> str:
        """The CAMEO code of the event; empty if it has no tone."""
        if isinstance(self.tone, str):
            return self.tone
        return self.tone.code(getattr(self, self.tone.field))

    def check_references(self) -> None:
        """Check the dates and the parties, which decide where the event is found."""
        bounds(self.when)
        self._check_dated()
        force_setattr(self, "parties", self._parties())

    def was_validated(self, content: bytes) -> bool:
        """Whether the id is the one that `validate` derives from `content`, the canonical JSON.

        False proves nothing: the id may have been given, or the event is record keeping, which
        derives its id in another way.
        """
        without_id = content.replace(b'"id":"%b",' % self.id.encode(), b"", 1)
        return self.id == f"{self.type}-{_digest(without_id)}"

    @property
    def relationship(self) -> str:
        """The id of the relationship that the event belongs to."""
        return "-".join(self.parties)

    @property
    def has_derived_id(self) -> bool:
        """Whether the id has the form of a derived id; it then always follows from the content."""
        tag = self.type
        return (
            isinstance(self.id, str)
            and len(self.id) == len(tag) + 1 + 2 * _DIGEST_BYTES
            and self.id.startswith(tag)
            and _DIGEST.fullmatch(self.id, len(tag)) is not None
        )

    def replace(self, **changes: Any) -> Self:
        """A copy with `changes`; derived fields (id, happening, parties) are derived again."""
        if self.has_derived_id:
            changes.setdefault("id", "")
        if self.once and self.happening == self._once_key():
            changes.setdefault("happening", "")
        if self._named_parties() == set(self.parties):
            changes.setdefault("parties", ())
        fields = {field: getattr(self, field) for field in self.__struct_fields__}
        return type(self)(**(fields | changes))


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()


def _choice(field: str, value: object, allowed: frozenset[str]) -> str:
    """The value of a closed list that `value` spells, with or without its accents."""
    if isinstance(value, str):
        text = nfc(value)
        for choice in allowed:
            if text in (choice, without_accents(choice)):
                return choice
    raise InvalidValue(field, value, "one of " + ", ".join(sorted(allowed - {""})))
