"""A bar on stderr that shows the progress of long work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from comity.adapters.interchange.safe_text import printable


@contextmanager
def progress_bar(label: str, total: int | None) -> Generator[Callable[[int], None]]:
    """A function that takes how much of `total` is done; None if the total is not known.

    The bar is drawn on stderr and goes away when the work is done. If stderr is no terminal,
    nothing is drawn.
    """
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    # rich's own first column reads its text as markup.
    columns = (TextColumn("{task.description}", markup=False), *Progress.get_default_columns()[1:])
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(label), total=total)
        yield lambda done: bar.update(task, completed=done)
