"""The modules that were imported from the current folder: the source of each, by its path."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path


def own_modules() -> dict[str, bytes]:
    """The source of each module that was imported from the current folder, by its path in it.

    What is installed in an environment within the folder is not of them, nor comity itself.
    """
    here, found = Path.cwd(), dict[str, bytes]()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not file or name.partition(".")[0] in {"comity", "__main__"}:
            continue
        path = name.replace(".", "/")
        for ending in (".py", "/__init__.py"):
            if Path(file) == here / f"{path}{ending}":
                with suppress(OSError):
                    found[f"{path}{ending}"] = Path(file).read_bytes()
    return dict(sorted(found.items()))
