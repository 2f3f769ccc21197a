"""How far long work has come, shown to whoever is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def progress_bar(label: str, total: int | None) -> Generator[Callable[[int], None]]:
    """What is to hear how much of `total` is done; None if that cannot be known.

    It draws a bar on stderr, which goes when the work is done; if that is no terminal, nothing.
    """
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)
