"""Modules that are sent to the workers of a scheduler, for as long as a command runs."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from distributed import WorkerPlugin


class SentModules(WorkerPlugin):
    """Puts modules where a worker finds them first, and takes them away in the end.

    A worker that joins later gets them too. An older text of them is forgotten.
    """

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = dict(sources)
        text = repr(sorted(self._sources.items())).encode()
        self.name = f"comity-modules-{sha256(text).hexdigest()[:16]}"
        self._folder = ""

    def setup(self, worker: Any) -> None:
        """Write the modules into a folder of the worker's."""
        self._folder = mkdtemp(prefix="comity-", dir=worker.local_directory)
        for path, source in self._sources.items():
            file = Path(self._folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(source)
        self._forget()
        sys.path.insert(0, self._folder)

    def teardown(self, worker: Any) -> None:
        """Remove them again."""
        with suppress(ValueError):
            sys.path.remove(self._folder)
        self._forget()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self) -> None:
        for path in self._sources:
            name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
