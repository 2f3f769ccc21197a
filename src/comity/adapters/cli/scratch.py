"""A copy of a store on which a dry run does what it would do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import comity
from comity.adapters.cli.exits import say
from comity.adapters.cli.files import store_path
from comity.adapters.cli.options import open_existing
from comity.domain.errors import StoreNotFound


@contextmanager
def scratch(store: str) -> Generator[str]:
    """A copy of a store that is gone afterwards; a new store if there is none."""
    with TemporaryDirectory(prefix="comity-") as folder:
        copy = Path(folder) / "dry-run.db"
        path = store_path(store)
        if path is None:
            with suppress(StoreNotFound):
                comity.copy(store, copy)
        elif path.exists():
            with open_existing(store) as engine:
                engine.backup(copy)
        say("a dry run: nothing is recorded")
        yield str(copy)
