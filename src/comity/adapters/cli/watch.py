"""The command watch: tell what a file of alerts asks for, until it is stopped, or once."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.adapters.cli.exits import Exit, count_of, say
from comity.adapters.cli.files import check_files, is_of_store, is_same_file
from comity.adapters.cli.options import ReadOnly, Store, open_existing
from comity.adapters.cli.signals import stop_on_signals
from comity.adapters.clock import system_clock
from comity.adapters.render.output import write_line
from comity.domain.errors import InvalidRecord

if TYPE_CHECKING:
    from comity.adapters.watch.delivering import Receiver, Worker
    from comity.adapters.watch.reading import Plan
    from comity.adapters.watch.state_file import StateFile
    from comity.engine import TimelineEngine


def watch(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to tell and where, as TOML.")],
    *,
    store: Store,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where it notes how far it came.",
            show_default="beside FILE, .state",
        ),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option(
            metavar="POSITION",
            min=0,
            help="Where a new watch begins.",
            show_default="now: what is there already is not told",
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Tell what is new, deliver it, and end.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what is watched and what stands now; tell nobody.")
    ] = False,
    read_only: ReadOnly = False,
) -> None:
    """Tell what is new, by a feed, a webhook or lines of JSON.

    Events, findings, posts that become vacant, ends that come near, rounds that are overdue. It
    follows the log and the days until it is stopped. Stopped or killed at any moment, it goes on
    from there: nothing is lost, and what was under way is told again with the same id.
    """
    plan = _plan(file)
    path = state or file.with_suffix(".state")
    _check_files(file, store, path, plan)
    opened_store = open_existing(store, read_only=read_only)
    with stop_on_signals() as stop, suppress(KeyboardInterrupt), opened_store as engine:
        if check:
            _check(engine, plan)
            return
        from comity.adapters.watch.following import follow, look_once
        from comity.adapters.watch.state_file import StateFile
        from comity.adapters.watch.watcher import Watcher

        with ExitStack() as stack:
            opened = StateFile(path)
            stack.callback(opened.close)
            if after is not None and opened.looked() is not None:
                raise typer.BadParameter(
                    f"--after is for a new watch, and {str(path)!r} says how far this one came; "
                    "leave it out, or give another --state."
                )
            watcher = Watcher(engine, plan, opened, system_clock)
            looked = watcher.begin(after)
            opened.begin_deliveries([delivery.name for delivery in plan.deliveries])
            workers = _workers(plan, opened, once=once)
            if once:
                look_once(watcher, workers, stop)
                _end_of_once(workers, opened)
                return
            say(f"watching, from position {looked.told}; stop with Ctrl-C")
            with suppress(KeyboardInterrupt):
                follow(engine, watcher, workers, stop, looked.told)
            say("stopped")


def _check_files(file: Path, store: str, state: Path, plan: Plan) -> None:
    """Refuse a plan by which one file would be written over another."""
    if is_of_store(state, store) or is_same_file(state, file):
        raise typer.BadParameter(f"--state would overwrite {str(state)!r}; give another file.")
    for delivery in plan.deliveries:
        feed = Path(getattr(delivery, "file", "") or os.devnull)
        check_files(store, str(file), {delivery.name: feed})
        if is_same_file(feed, state):
            raise typer.BadParameter(f"{delivery.name} would overwrite the state; name another.")


def _plan(file: Path) -> Plan:
    """The plan in a file; every mistake in it is a line."""
    from comity.adapters.watch.reading import read_plan

    try:
        return read_plan(file)
    except InvalidRecord as error:
        for path, problem in error.problems:
            say(f"{file}: {path}: {problem}")
        raise typer.Exit(Exit.INVALID) from None


def _check(engine: TimelineEngine, plan: Plan) -> None:
    from comity.adapters.watch.watcher import standing_now
    from comity.adapters.watch.words import delivery_words, watch_words

    standing = standing_now(engine, plan, system_clock().date())
    for each in plan.watches:
        write_line(watch_words(each))
        for condition in standing.get(each.name, ()):
            write_line(f"  stands now: {condition.says}; {condition.relationship}")
    for delivery in plan.deliveries:
        write_line(f"to {delivery_words(delivery)}")


def _workers(plan: Plan, state: StateFile, *, once: bool) -> list[Worker]:
    from comity.adapters.watch.delivering import Worker

    return [Worker(receiver, state, say, once=once) for receiver in _receivers(plan, state)]


def _receivers(plan: Plan, state: StateFile) -> list[Receiver]:
    from comity.adapters.watch.files_and_lines import FeedReceiver, LineReceiver
    from comity.adapters.watch.watched import FeedFile, Lines
    from comity.adapters.watch.webhook import WebhookReceiver

    receivers: list[Receiver] = []
    for delivery in plan.deliveries:
        if isinstance(delivery, FeedFile):
            feed = FeedReceiver(delivery, state)
            feed.begin()
            receivers.append(feed)
        elif isinstance(delivery, Lines):
            receivers.append(LineReceiver(delivery, sys.stdout.buffer))
        else:
            receivers.append(WebhookReceiver(delivery, system_clock))
    return receivers


def _end_of_once(workers: list[Worker], state: StateFile) -> None:
    """Say what could not be delivered; then the command ends with its own exit code."""
    waiting = 0
    for worker in workers:
        receiver = worker.receiver
        waiting += state.count_waiting(receiver.name, receiver.watches)
    if waiting:
        say(f"{count_of(waiting, 'alert')} not delivered; the next run delivers them")
        raise typer.Exit(Exit.REJECTED)
