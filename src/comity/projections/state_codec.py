"""How the states of a projection are written down and read back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Generic, TypeVar, cast, get_type_hints

import msgspec
from msgspec import Struct

from comity.domain.errors import InvalidValue
from comity.projections.projection import Projection, as_given

S = TypeVar("S")
_PLAIN = (type(None), bool, int, float, str, dict, list)
"""Types of a first state that say little of those to come."""


class StateCodec(Generic[S]):
    """Writes a projection's states as MessagePack, as the type that `initial` is annotated with.

    Without an annotation the type of the first state is taken. A state that would come back as
    another is refused when it is written, so that no answer changes by having been kept.
    """

    def __init__(self, projection: Projection[S, Any]) -> None:
        self._name = projection.name
        self._encoder = msgspec.msgpack.Encoder().encode
        self._decoder = _decoder(projection)
        self._is_proven = type(as_given(projection)).__module__.startswith("comity.")  # by tests

    def encode(self, state: S) -> bytes:
        """The written form; raises `InvalidValue` for a state that has none."""
        try:
            written = self._encoder(state)
            if self._is_proven or _alike(self._decoder(written), state):
                return written
        except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError):
            pass
        raise InvalidValue(
            f"state of {self._name!r}", type(state),
            "what can be written down and read back: annotate what `initial` returns, with a type "
            "that msgspec knows",
        )  # fmt: skip

    def decode(self, written: bytes) -> S:
        """The state in a written form, which was checked when it was made.

        Raises `InvalidValue` for one that another shape of the projection wrote.
        """
        try:
            return cast("S", self._decoder(written))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            expected = "one of this shape: where it changes, raise the `version`, or rebuild"
            raise InvalidValue(f"state of {self._name!r}", "what is kept", expected) from None


def _decoder(projection: Projection[Any, Any]) -> Callable[[bytes], Any]:
    """Reads states as the type that is annotated, else as that of the first state."""
    initial: Callable[[], Any] = as_given(projection).initial

    def made(kind: Callable[..., Any], plain: Any) -> Any:
        """One of a kind that msgspec does not know of, such as a Counter, from its plain form."""
        if getattr(kind, "__origin__", kind) is defaultdict:
            return defaultdict(initial().default_factory, plain)
        return kind(plain)

    try:
        kind: Any = get_type_hints(initial).get("return", Any)
    except (NameError, TypeError, SyntaxError, AttributeError):  # what cannot be resolved here
        kind = Any
    if kind is Any or isinstance(kind, TypeVar):
        first = cast("Any", type(initial()))
        kind = Any if first in _PLAIN else first
    try:
        return msgspec.msgpack.Decoder(kind, dec_hook=made).decode
    except (NameError, TypeError):
        return msgspec.msgpack.Decoder(Any).decode


def _alike(one: Any, other: Any) -> bool:
    """Whether two states are equal and of the same types throughout: a Counter is no dict."""
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    if one != other or not (numbers or type(one) is type(other)):
        return False
    return all(map(_alike, _parts(one), _parts(other)))


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    if isinstance(value, list | tuple):
        return cast("Iterable[Any]", value)
    if isinstance(value, Struct):
        return [getattr(value, name) for name in value.__struct_fields__]
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    return ()  # of sets nothing more can be seen: their order is not the same
