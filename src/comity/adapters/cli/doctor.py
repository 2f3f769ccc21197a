"""The command doctor: whether all is well, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from comity.adapters.cli.exits import Exit, count_of, say
from comity.adapters.cli.files import store_path
from comity.adapters.cli.options import Form, store_option
from comity.adapters.cli.progress import progress_bar
from comity.adapters.render.listing import Format, row_listing
from comity.adapters.render.output import write_heading, write_json, write_sections
from comity.adapters.render.section import Section

if TYPE_CHECKING:
    from comity.adapters.doctor.health import Health
    from comity.adapters.doctor.installed import Installed
    from comity.adapters.doctor.place import Place
    from comity.adapters.doctor.problems import Problem
    from comity.adapters.doctor.report import Report


def doctor(
    store: Annotated[str | None, store_option] = None,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not read the whole log to verify it.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """Whether all is well, and what to do if not.

    Without a store: the versions only. It writes nothing. Ends with 3 if the store is not well;
    with --format json it writes what a report of a bug needs.
    """
    from comity.adapters.doctor.report import report

    with progress_bar("verifying", None) as progress:
        path = store_path(store) if store else None
        found = report(store, path, quick=quick, progress=progress)
    if form in (Format.JSON, Format.JSONL):
        write_json(msgspec.to_builtins(found), indent=form is Format.JSON)
    elif form is Format.CSV:
        rows = [(s.title, *line) for s in _sections(found) for line in s.lines]
        columns = {"part": itemgetter(0), "name": itemgetter(1), "value": itemgetter(2)}
        row_listing(rows, columns).write(form)
    else:
        write_heading("All is well" if found.ok else "Something is not well")
        write_sections(_sections(found))
    if not found.ok:
        unwell = sum(not problem.note for problem in found.problems)
        say(f"{count_of(unwell, 'problem')}: {next(p.what for p in found.problems if not p.note)}")
        raise typer.Exit(Exit.STORE)


def _sections(found: Report) -> list[Section]:
    problems = [p for p in found.problems if not p.note]
    notes = [p for p in found.problems if p.note]
    return [
        Section("Not well", tuple(_told(problems))),
        Section("Notes", tuple(_told(notes))),
        Section("Versions", tuple(_versions(found.installed))),
        Section("Extras", tuple(_extras(found.installed))),
        Section("File", tuple(_place(found.place)) if found.place else ()),
        Section("Store", tuple(_health(found.health)) if found.health else ()),
        Section("Projections", tuple(_projections(found.health)) if found.health else ()),
    ]


def _told(problems: Sequence[Problem]) -> Iterator[tuple[str, str]]:
    for problem in problems:
        yield "what", problem.what
        yield "do", problem.advice


def _versions(installed: Installed) -> Iterator[tuple[str, str]]:
    for name in ("comity", "python", "sqlite", "eventsourcing", "platform"):
        yield name, getattr(installed, name)


def _extras(installed: Installed) -> Iterator[tuple[str, str]]:
    for extra in installed.extras:
        lacks = f"; missing: {', '.join(extra.missing)}: pip install 'comity[{extra.name}]'"
        yield extra.name, f"{extra.gives}{lacks if extra.missing else '; installed'}"


def _place(place: Place) -> Iterator[tuple[str, str]]:
    yield "path", place.path
    yield "size", _bytes(place.size)
    for ending, size in place.files.items():
        yield ending, _bytes(size)
    if place.journal_mode:
        yield "journal mode", place.journal_mode
    yield "permissions", f"{place.permissions}{'' if place.writable else ', not writable'}"
    yield "free on the disk", _bytes(place.free)
    yield "open in", "no other process" if place.user is None else f"process {place.user}"


def _health(health: Health) -> Iterator[tuple[str, str]]:
    sizes = ("log", "index", "snapshots", "unused")
    for field in msgspec.structs.fields(type(health)):
        value = getattr(health, field.name)
        if value is None or field.name == "projections":
            continue
        name = field.name.replace("_", " ")
        if field.name in sizes:
            yield name, _bytes(value)
        elif isinstance(value, bool):
            yield name, "the whole log, yes" if value else "no: the log differs"
        else:
            yield name, f"{value:,}" if isinstance(value, int) else str(value)


def _projections(health: Health) -> Iterator[tuple[str, str]]:
    for build in health.projections or ():
        state = "live" if build.live else "being built"
        yield f"{build.name} {build.version}", f"{state}, {count_of(build.lag, 'event')} behind"


def _bytes(size: int) -> str:
    """A number of bytes as people read it."""
    amount, unit = float(size), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit} ({size:,} B)"
