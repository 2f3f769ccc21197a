"""The codec of a projection's states: it encodes them for a store, and decodes them."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Generic, TypeVar, cast, get_type_hints

import msgspec
from msgspec import Struct

from comity.domain.errors import InvalidValue
from comity.projections.projection import Projection, unwrapped
from comity.projections.sections.folding import SectionsProjection

S = TypeVar("S")
_PLAIN, _COMPRESSED = b"p", b"z"
_SHORT = 2_000
"""The bytes of a state that is not worth compressing."""
_VAGUE = (type(None), bool, int, float, str, dict, list)
"""Types of a first state that do not give the type of later states."""


class StateCodec(Generic[S]):
    """Encodes a projection's states as MessagePack. Their type is the annotation of `initial`.

    Without an annotation it is the type of the first state. A state that would not be decoded
    as an equal state is refused when it is encoded, so storing a state never changes an answer.
    """

    def __init__(self, projection: Projection[S, Any]) -> None:
        self._name = projection.name
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = _decoder(projection)
        # The tests prove that comity's own states are decoded unchanged, so no write checks it.
        self._is_proven = type(unwrapped(projection)).__module__.startswith("comity.")

    def encode(self, state: S) -> bytes:
        """The encoded state; raises `InvalidValue` if it cannot be encoded and decoded."""
        try:
            encoded = self._encode(state)
            if self._is_proven or _is_same(self._decode(encoded), state):
                return _packed(encoded)
        except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError):
            pass
        raise InvalidValue(
            f"state of {self._name!r}", type(state),
            "a state that can be encoded and decoded: annotate the return type of `initial` with a "
            "type that msgspec knows",
        )  # fmt: skip

    def decode(self, encoded: bytes) -> S:
        """The decoded state; its events are not validated again.

        Raises `InvalidValue` for a state of another shape.
        """
        try:
            return cast("S", self._decode(_unpacked(encoded)))
        except (msgspec.MsgspecError, UnicodeDecodeError, zlib.error):
            expected = "a state of this shape: raise the `version` when it changes, or rebuild"
            raise InvalidValue(f"state of {self._name!r}", "a snapshot", expected) from None


def _packed(encoded: bytes) -> bytes:
    """The encoded state after a mark; a long one is compressed, as much in it is alike."""
    if len(encoded) < _SHORT:
        return _PLAIN + encoded
    return _COMPRESSED + zlib.compress(encoded, level=1)


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompress(packed[1:]) if packed[:1] == _COMPRESSED else packed[1:]


def _decoder(projection: Projection[Any, Any]) -> Callable[[bytes], Any]:
    """The decoder of the projection's states; of any type if msgspec does not know their type."""
    original = unwrapped(projection)
    kind = _state_type(original)

    def convert(kind: Callable[..., Any], plain: Any) -> Any:
        """A value of a type that msgspec does not know, such as a Counter, from a plain value."""
        if getattr(kind, "__origin__", kind) is defaultdict:
            return defaultdict(_default_factory(original.initial()), plain)
        return kind(plain)

    try:
        return msgspec.msgpack.Decoder(kind, dec_hook=convert).decode
    except (NameError, TypeError):
        return msgspec.msgpack.Decoder(Any).decode


def _default_factory(first: Any) -> Any:
    """The default factory of a first state. It is unknown for a defaultdict within a state."""
    if type(first) is not defaultdict:
        raise TypeError("the default of a defaultdict within a state is not encoded")
    return first.default_factory


def _state_type(projection: Any) -> Any:
    """The type of the states: generated from sections, annotated, or the first state's type."""
    if isinstance(projection, SectionsProjection):
        return projection.state_type
    try:
        kind: Any = get_type_hints(projection.initial).get("return", Any)
    except (NameError, TypeError, SyntaxError, AttributeError):  # it cannot be resolved here
        kind = Any
    if kind is Any or isinstance(kind, TypeVar):
        first = cast("Any", type(projection.initial()))
        return Any if first in _VAGUE else first
    return kind


def _is_same(first: Any, second: Any) -> bool:
    """Whether two states and all their parts are equal and of equal types."""
    are_numbers = isinstance(first, int | float) and isinstance(second, int | float)
    if first != second or not (are_numbers or type(first) is type(second)):
        return False
    return all(map(_is_same, _parts(first), _parts(second)))


def _parts(value: Any) -> Iterable[Any]:
    """The parts of a value; none for a set, since equal sets may have different orders."""
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    if isinstance(value, list | tuple):
        return cast("Iterable[Any]", value)
    if isinstance(value, Struct) and not type(value).__module__.startswith("comity."):
        return [getattr(value, name) for name in value.__struct_fields__]
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    return ()
