"""How far a question about many keys came when an error ended it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from comity.domain.errors import say_how_far


@contextmanager
def says_how_far(done: Callable[[], int]) -> Generator[None]:
    """Let an error say how many keys had been folded before it."""
    try:
        yield
    except Exception as error:
        said = f"{done():,} keys were folded before" if done() > 1 else ""
        say_how_far(error, said, done=done())
        raise
