"""What append and extend do not take, and how they say that it should have been given."""

from __future__ import annotations

import pytest

import comity
from comity import MeetingHeld

HELD = MeetingHeld(meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-20")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([HELD], "append(*events)"),
        ((HELD, HELD), "append(*events)"),
        ((event for event in [HELD]), "append(*events)"),
        ({"type": "meeting-held"}, "extend"),
        ('{"type": "meeting-held"}', "extend"),
        (b"{}", "extend"),
        (None, "such as MeetingHeld"),
        (MeetingHeld, "such as MeetingHeld"),
        ([HELD] * 100_000, "append(*events)"),
    ],
)
def test_what_append_does_not_take_is_told_how_to_be_given(given: object, said: str) -> None:
    with comity.open(":memory:") as engine:
        with pytest.raises(comity.InvalidValue) as raised:
            engine.append(given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert engine.position == 0
    assert said in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("given", [{"type": "meeting-held"}, "{}", b"{}", None, HELD, 5])
def test_a_single_item_given_to_extend_is_told_how_to_be_given(given: object) -> None:
    with comity.open(":memory:") as engine:
        with pytest.raises(comity.InvalidValue, match=r"extend\(\["):
            engine.extend(given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert engine.position == 0
