"""Where the files of an archive are folded: here, by processes of our own, or by a scheduler's."""

from __future__ import annotations

import logging
from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import Annotated, Any

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.own_modules import own_modules
from comity.adapters.interchange.optional import loaded
from comity.engine.pools import end_pool, new_pool

_PATIENCE = 5
"""Seconds for which a scheduler is waited for."""

Workers = Annotated[int, typer.Option(min=1, help="How many processes fold; 1 is this one alone.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="A scheduler of Dask, such as tcp://10.0.0.1:8786: its workers fold.",
        show_default=False,
    ),
]


@contextmanager
def executor_of(workers: int, scheduler: str | None) -> Generator[Executor | None]:
    """The executor that the options name; None if this process folds alone.

    The modules of the current folder that are imported are sent to a scheduler's workers, so a
    projection of the user's own is loaded before.
    """
    if scheduler is not None:
        if workers != 1:
            raise typer.BadParameter("give --workers or --scheduler, and not both.")
        with _of_scheduler(scheduler) as executor:
            yield executor
    elif workers == 1:
        yield None
    else:
        pool = new_pool(workers)
        try:
            yield pool
        finally:
            end_pool(pool)


@contextmanager
def _of_scheduler(address: str) -> Generator[Executor]:
    distributed: Any = loaded("distributed", "A scheduler", "dask")
    logging.disable(logging.CRITICAL)  # what its library logs is said in one line
    try:
        with _connected(distributed, address) as client, _modules_sent(client):
            if not client.ncores():
                say("the scheduler has no workers yet; the replay waits for one")
            yield client.get_executor()
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def _connected(distributed: Any, address: str) -> Generator[Any]:
    try:
        distributed.comm.get_address_host_port(address, strict=True)
    except (ValueError, NotImplementedError) as error:
        raise typer.BadParameter(f"--scheduler {address!r} is no address: {error}.") from None
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except Exception as error:  # noqa: BLE001 - the library raises many kinds
        reason = str(error) or type(error).__name__
        raise OSError(f"the scheduler {address!r} cannot be reached: {reason}") from None
    try:
        yield client
    finally:
        with suppress(Exception):  # it may be lost
            client.close(timeout=_PATIENCE)


@contextmanager
def _modules_sent(client: Any) -> Generator[None]:
    """Let the workers import what was imported from the current folder, as it is now."""
    modules = own_modules()
    if not modules:
        yield
        return
    from comity.adapters.cli.sent_modules import SentModules

    plugin = SentModules(modules)
    client.register_plugin(plugin, name=plugin.name)
    try:
        yield
    finally:
        with suppress(Exception):  # it may be lost
            client.unregister_worker_plugin(plugin.name)
