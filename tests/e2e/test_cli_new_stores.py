"""Which commands make a store where there is none, in a file and on a server."""

from __future__ import annotations

import pytest

import comity
from comity.domain.errors import StoreNotFound
from tests.e2e.results import Address, Run, failed, written

GOOD = '{"type": "relations-established", "parties": ["PAK", "SUN"], "when": "1948-05-01"}\n'


def is_there(store: Address) -> bool:
    try:
        comity.open(store, read_only=True).close()
    except StoreNotFound:
        return False
    return True


@pytest.mark.parametrize(
    "arguments",
    [["events"], ["state", "PAK-RUS"], ["search", "oil"], ["deals"], ["digest"], ["verify"],
     ["projections"], ["run"], ["serve"], ["retract", "x", "--reason", "r"],
     ["append", "--dry-run"]],
)  # fmt: skip
def test_what_records_nothing_new_makes_no_store(
    place: Address, run: Run, arguments: list[str]
) -> None:
    done = run(*arguments, at=place, text=GOOD)
    if arguments[0] != "append":
        assert "there is no" in failed(done, 3)
    assert not is_there(place)


def test_append_makes_a_store(place: Address, run: Run) -> None:
    written(run("append", at=place, text=GOOD))
    assert is_there(place)
    assert "PAK-SUN" in written(run("relationships", at=place))
