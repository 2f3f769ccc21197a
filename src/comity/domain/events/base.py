"""The base class of events: common fields, checks and ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import msgspec
from msgspec.structs import force_setattr

from comity.domain.errors import InvalidRecord, InvalidValue, UnknownEventKind
from comity.domain.events.fields import Plan, choices, literals, normalize_names, plan_of
from comity.domain.events.roles import parties_of
from comity.domain.events.tone import Tone
from comity.domain.events.unchanged import Fingerprinted, remember
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
_CERTAIN = 1.0

canonical = msgspec.json.Encoder(order="sorted").encode
"""Writes an event as JSON with its fields in the order of their names; ids are derived from it."""

_encode = msgspec.json.Encoder().encode
_DIGEST = re.compile(r"-[0-9a-f]+")


def kebab(name: str) -> str:
    """The stable tag of an event class: `MeetingHeld` is `meeting-held`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Event(
    ValidatedStruct, Fingerprinted, frozen=True, kw_only=True, omit_defaults=True,
    forbid_unknown_fields=True, tag_field="type", tag=kebab, gc=False,
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
    confidence: float = _CERTAIN
    id: str = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.type = kebab(cls.__name__)

    def validate(self) -> None:
        """Check every field, and derive the parties, the happening and the id if not given."""
        plan = plan_of(type(self))
        self._check_told(plan)
        self._complete(plan)
        if self._identify():
            remember(self)

    def validate_stored(self) -> None:
        """As `validate`, but a row that an older version stored need not keep newer rules.

        Its id stays what it is.
        """
        self._complete(plan_of(type(self)))
        if not self.id:
            self._identify()

    def _complete(self, plan: Plan) -> None:
        """Check what every version asks of an event, and derive what other fields tell."""
        bounds(self.when)
        self._check_fields()
        force_setattr(self, "parties", self._parties())
        if type(self.sources) is not tuple:
            if isinstance(self.sources, str) or not isinstance(self.sources, Iterable):
                raise InvalidValue("sources", self.sources, "several, such as (Source('Dawn'),)")
            force_setattr(self, "sources", tuple(self.sources))
        self._validate_values(plan)
        if type(self.confidence) is not float:
            force_setattr(self, "confidence", float(self.confidence))
        if self.once and not self.happening:
            force_setattr(self, "happening", self._once_key())
        self._leave_out_defaults(plan)

    def _validate_values(self, plan: Plan) -> None:
        # A constructor has validated them, but msgspec's `convert` and copies have not.
        for source in self.sources:
            if isinstance(source, ValidatedStruct):
                source.validate()
        for field in plan.values:
            if isinstance(value := getattr(self, field), ValidatedStruct):
                value.validate()

    def _leave_out_defaults(self, plan: Plan) -> None:
        """Make a value that equals its default identical to it: the encoder leaves it out then."""
        for field, default in plan.defaults:
            value = getattr(self, field)
            if value is not default and value == default:
                force_setattr(self, field, default)

    def _check_told(self, plan: Plan) -> None:
        """Check what callers must tell; a row that an older version stored may lack it."""
        for field in self.needs:
            value = getattr(self, field)
            if not value or not isinstance(value, str):
                raise InvalidValue(field, value, f"the text of what {self.type} is about")
        for field, allowed in plan.choices:
            value = getattr(self, field)
            if not (isinstance(value, str) and value in allowed):
                force_setattr(self, field, _choice(field, value, allowed))

    def _check_fields(self) -> None:
        if self.dated:
            self._check_dated()
        sure = self.confidence
        if sure is not _CERTAIN and (type(sure) not in (float, int) or not 0 <= sure <= 1):
            raise InvalidValue("confidence", sure, "a number from 0 to 1")

    def _check_dated(self) -> None:
        for field in self.dated:
            if text := getattr(self, field):
                bounds(text)

    def _parties(self) -> tuple[str, ...]:
        return parties_of(self.parties, plan_of(type(self)).roles(self))

    def _once_key(self) -> str:
        return "/".join(str(getattr(self, field)) for field in self.once)

    def _identify(self) -> bool:
        """Derive the id from the content, unless an id was given.

        It is the tag and 96 bits of BLAKE2b over canonical JSON. A field at its default is not
        part of the content, so a field that is added later changes no id. Returns whether the
        event can be written as JSON; without an id of its own it must.
        """
        if self.id:
            if not self.has_derived_id:
                return self._normalize()
            force_setattr(self, "id", "")
        try:
            content = self._content()
            if not content.isascii() and normalize_names(self):
                content = self._content()
        except (TypeError, ValueError) as error:
            raise InvalidRecord([(self.type, f"cannot be written as JSON: {error}")]) from None
        force_setattr(self, "id", _derived_id(self.type, content))
        return True

    def _normalize(self) -> bool:
        """Put the names into NFC; returns whether the event can be written as JSON."""
        try:
            plain = _encode(self).isascii()
        except (TypeError, ValueError):
            normalize_names(self)
            return False
        if not plain:
            normalize_names(self)
        return True

    def _content(self) -> bytes:
        """The JSON from which the id is derived."""
        return canonical(self)

    def summary(self) -> str:
        """What happened, in one line of plain text."""
        raise UnknownEventKind(type(self).__name__)

    def told_like(self, other: Event) -> Event:
        """The same fact in the form of another account of it, where a kind has two forms."""
        return self

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
        return self.id == _derived_id(self.type, without_id)

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
        if set(filter(None, plan_of(type(self)).roles(self))) == set(self.parties):
            changes.setdefault("parties", ())
        fields = {field: getattr(self, field) for field in self.__struct_fields__}
        return type(self)(**(fields | changes))


_blank = blake2b(digest_size=_DIGEST_BYTES)


def _derived_id(tag: str, content: bytes) -> str:
    digest = _blank.copy()
    digest.update(content)
    return f"{tag}-{digest.hexdigest()}"


def _choice(field: str, value: object, allowed: frozenset[str]) -> str:
    """The value of a closed list that `value` spells, with or without its accents."""
    if isinstance(value, str):
        text = nfc(value)
        for choice in allowed:
            if text in (choice, without_accents(choice)):
                return choice
    raise InvalidValue(field, value, "one of " + ", ".join(sorted(allowed - {""})))
