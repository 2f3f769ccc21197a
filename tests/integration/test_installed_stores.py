"""A store is one package and one entry point: `comity.open` finds it by its scheme."""

from __future__ import annotations

import sys
from contextlib import closing
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import comity
from comity.adapters.storage.memory import MemoryStore
from comity.adapters.storage.sqlite import SQLiteStore
from comity.domain.errors import InvalidValue, StoreNotFound, StoreReadOnly
from tests.recording import meeting

TOY = '''
"""A store of somebody else's."""
from comity.adapters.storage.memory import MemoryStore


class ToyStore(MemoryStore):
    """Keeps nothing, as in memory."""


def open_for_reading(address, **options):
    """Take whatever there is to say."""
    from comity.adapters.storage.memory import open_store

    return open_store(address, **options)
'''


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package is installed, which has a store for the scheme `toy`."""
    (tmp_path / "toy_store.py").write_text(TOY, encoding="utf-8")
    about = tmp_path / "toy_store-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-store\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[comity.stores]\ntoy = toy_store:ToyStore\nreplica = toy_store:open_for_reading\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])


@pytest.mark.usefixtures("toy")
def test_a_store_of_another_package_is_found_by_its_scheme() -> None:
    with comity.open("toy://anywhere") as engine:
        assert engine.append(meeting("m")).positions == (1,)
        assert engine.state("PAK", "RUS", on="2024-01-01").events == 1


@pytest.mark.usefixtures("toy")
def test_a_store_that_can_be_opened_only_to_read_is_told_so() -> None:
    with (
        comity.open("replica://anywhere", read_only=True) as engine,
        pytest.raises(StoreReadOnly, match="replica://anywhere"),
    ):
        engine.append(meeting("m"))


@pytest.mark.usefixtures("toy")
def test_a_store_that_cannot_be_opened_only_to_read_is_not_opened() -> None:
    with pytest.raises(InvalidValue, match="'toy' cannot be opened only to read"):
        comity.open("toy://anywhere", read_only=True)


@pytest.mark.usefixtures("toy")
def test_a_scheme_that_no_package_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(
        StoreNotFound,
        match="'nowhere', only for memory, parquet, postgres, postgresql, replica, sqlite, toy",
    ):
        comity.open("nowhere://x")


def test_the_stores_that_come_with_comity_are_entry_points_too(tmp_path: Path) -> None:
    stores = {store.name: store.load() for store in entry_points(group="comity.stores")}
    assert isinstance(stores["memory"]("memory://"), MemoryStore)
    with closing(stores["sqlite"](f"sqlite://{tmp_path}/relations.db")) as store:
        assert isinstance(store, SQLiteStore)
    assert (tmp_path / "relations.db").is_file()
