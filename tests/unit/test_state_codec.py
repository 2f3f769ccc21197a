"""An encoded state is decoded as it was, or refused."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import msgspec
import pytest

from comity import AnyEvent, Projection, Quantity, StatementMade
from comity.domain.errors import InvalidValue
from comity.domain.events import Event
from comity.projections.state_codec import StateCodec

SAID = StatementMade(by="PAK", parties=("PAK", "RUS"), when="2023-06")


class Point(NamedTuple):
    """A state as a named tuple."""

    x: int
    y: str


class Totals(msgspec.Struct):
    """A state as a struct."""

    totals: dict[str, Decimal] = {}
    last: date | None = None


@dataclass
class Directions:
    """A state as a dataclass, with keys and sets that JSON has not."""

    ways: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    codes: set[str] = field(default_factory=set[str])


TYPED: list[Any] = [
    (None, {}), (None, {"a": [1, "b", None, True]}), (None, 0), (None, None), (None, 1.5),
    (None, {("PAK", "RUS"): 1}), (None, {1: "a"}),
    (int | None, None), (float, 0), (tuple, (1, 2)), (set[int], {1, 2}),
    (frozenset, frozenset("ab")), (Decimal, Decimal("1.50")), (date, date(2023, 6, 20)),
    (Counter, Counter("abca")), (Counter[str], Counter("abca")),
    (dict[str, Counter[str]], {"a": Counter("b")}),
    (OrderedDict, OrderedDict(b=1, a=2)), (defaultdict, defaultdict(int, a=1)),
    (defaultdict[str, int], defaultdict(int, a=1)),
    (Point, Point(1, "a")), (Totals, Totals({"TNE": Decimal(1)}, date.min)),
    (Directions, Directions({("PAK", "RUS"): 1}, {"a"})),
    (Quantity, Quantity(Decimal("1.5"), "TNE")),
    (list[AnyEvent], [SAID]), (dict[str, AnyEvent], {"a": SAID}),
    (datetime, datetime(2023, 6, 20, tzinfo=UTC)), (bytes, b"\xff"), (str, "it's “quoted” \0"),
]  # fmt: skip


FIRST: list[Any] = [
    (), set(), Counter(), Decimal(0), date.min, Point(0, ""), Totals(), Directions(),
    defaultdict(list), frozenset(),
]  # fmt: skip


def codec_of(annotation: Any, first: Any) -> StateCodec[Any]:
    """The codec of a projection that begins with `first`."""

    class Given(Projection[Any, Any]):
        name = "given"

        def initial(self):  # type: ignore[no-untyped-def]  # that is what is tested
            return first

    if annotation is not None:
        Given.initial.__annotations__["return"] = annotation
    return StateCodec(Given())


@pytest.mark.parametrize(("annotation", "state"), TYPED)
def test_a_state_comes_back_as_it_was(annotation: Any, state: Any) -> None:
    codec = codec_of(annotation, state)
    read = codec.decode(codec.encode(state))
    assert read == state
    assert isinstance(read, float | type(state))


@pytest.mark.parametrize("first", FIRST)
def test_without_an_annotation_the_first_state_tells_the_type(first: Any) -> None:
    codec = codec_of(None, first)
    read = codec.decode(codec.encode(first))
    assert read == first
    assert type(read) is type(first)


def test_a_mapping_with_a_default_has_it_again() -> None:
    codec = codec_of(None, defaultdict(list, {"a": [1]}))
    read = codec.decode(codec.encode(defaultdict(list, {"a": [1]})))
    assert read["missing"] == []


T = TypeVar("T")
REFUSED: list[Any] = [
    (None, {}, {"a": (1, 2)}),  # would come back as a list
    (None, {}, {"a": {1}}),
    (None, {}, Counter("a")),  # would come back as a dict, which has no counts
    (None, {}, {"a": Decimal(1)}),  # would come back as text
    (dict[str, int], {}, {"a": "b"}),
    (dict[str, Any], {}, {"a": Totals()}),
    (Any, None, object()), (Any, None, lambda: None),
    (T, None, {1}),
    (int, 0, 2**70), (float, 0.0, float("nan")),
    (list[Event], [], [SAID]),  # which kind it is, only AnyEvent can tell
    (deque, deque(), deque([1])),
    ("no such name", {}, {"a": {1}}),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "first", "state"), REFUSED)
def test_a_state_that_would_come_back_as_another_is_refused(
    annotation: Any, first: Any, state: Any
) -> None:
    with pytest.raises(InvalidValue, match="state of 'given'"):
        codec_of(annotation, first).encode(state)
