"""Where the files of an archive are folded: here, by processes of our own, or by a scheduler's."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from typing import Annotated, Any, cast

import typer

from comity.domain.errors import InvalidValue, NotInstalled

_PATIENCE = 10
"""Seconds for which a scheduler is waited for."""

Workers = Annotated[int, typer.Option(min=1, help="How many processes fold; 1 is this one alone.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="A scheduler of Dask, such as tcp://10.0.0.1:8786: its workers fold.",
    ),
]


@contextmanager
def executor_of(workers: int, scheduler: str | None) -> Generator[Executor | None]:
    """The executor that the options name; None if this process folds alone."""
    if scheduler is not None:
        if workers != 1:
            raise typer.BadParameter("give --workers or --scheduler, and not both.")
        with _of_scheduler(scheduler) as executor:
            yield executor
    elif workers == 1:
        yield None
    else:
        pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def _begin() -> None:
    signal(SIGINT, SIG_IGN)  # the process that waits for it ends it


@contextmanager
def _of_scheduler(address: str) -> Generator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        what = "A scheduler"
        raise NotInstalled("distributed", "archive", what, "pip install distributed") from None
    try:
        client: Any = cast("Any", Client)(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        expected = f"the address of a scheduler that answers ({error})"
        raise InvalidValue("scheduler", address, expected) from None
    try:
        yield client.get_executor()
    finally:
        with suppress(OSError):
            client.close()
