"""The command import, and what it shares with append: files are recorded, rejections told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

import comity
from comity.adapters.cli.exits import Exit, count_of, say
from comity.adapters.cli.files import STDIN, check_files, is_same_file, opened_input
from comity.adapters.cli.options import LearnedNow, RecordedBy, Rejects, file_option
from comity.adapters.cli.own_parties import own_organisations
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.rejects import RejectsFile, opened_rejects
from comity.adapters.cli.scratch import scratch
from comity.adapters.cli.signals import stopped_by_signals
from comity.adapters.interchange.safe_text import safe_json
from comity.adapters.render.output import write_line

if TYPE_CHECKING:
    from comity.adapters.interchange.importers import (
        FileImport,
        Importer,
        ImportSettings,
        InputFile,
        RejectedRow,
    )

_MOST_SAID = 20
"""How many rejected rows are told on stderr at most."""


def import_(
    format: Annotated[
        str, typer.Argument(metavar="[FORMAT]", help="Such as csv or icews; without it, all.")
    ] = "",
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Also .gz and .zip; - is stdin."),
    ] = None,
    *,
    store: Annotated[str | None, file_option] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="TOML", help="For tables: what the columns mean; see --suggest."),
    ] = None,
    suggest: Annotated[
        bool,
        typer.Option("--suggest", help="For tables: write a first mapping, to be edited."),
    ] = False,
    names: Annotated[
        Path | None,
        typer.Option(metavar="TOML", help='More names of parties: "Name" = "CODE" on each line.'),
    ] = None,
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="Of text without a mark, such as latin-1.")
    ] = "utf-8",
    rejects: Rejects = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say what would be done, by doing it to a copy."),
    ] = False,
    learned_now: LearnedNow = False,
    recorded_by: RecordedBy = "",
) -> None:
    """Record what files of another format tell.

    Every row is accounted for: recorded, there already, skipped, or rejected with its line and
    every reason. So an import can be repeated safely. Makes the store if there is none. Without a
    format it lists those of the installed importers.
    """
    from comity.adapters.interchange.importers import ImportSettings, Names, formats, importer

    if not format:
        for name in formats():
            write_line(f"{name:<24} {importer(name).summary}")
        return
    if not files:
        raise typer.BadParameter("Missing argument 'FILE'")
    reader = importer(format)
    _check_encoding(encoding)
    given = Names(_names_in(names) if names is not None else {})
    settings = ImportSettings(mapping, given, learned_now)
    if suggest:
        _suggest(format, reader, files, settings, encoding)
        return
    if store is None:
        raise typer.BadParameter("Missing option '--store' (env var: 'COMITY_STORE')")
    for option, own in (("--mapping", mapping), ("--names", names)):
        if rejects is not None and own is not None and is_same_file(rejects, own):
            raise typer.BadParameter(f"--rejects would overwrite the file of {option}.")
    with scratch(store) if dry_run else nullcontext(store) as target:
        record_files(
            reader, files, settings, target, rejects, recorded_by=recorded_by, encoding=encoding
        )


def record_files(
    reader: Importer,
    files: Sequence[str],
    settings: ImportSettings,
    store: str,
    rejects: Path | None,
    *,
    recorded_by: str,
    encoding: str = "utf-8",
) -> None:
    """Record what files tell, and say what became of their rows.

    Exits with `Exit.REJECTED` if any is rejected.
    """
    from comity.adapters.interchange.importers import import_files

    for file in files:
        check_files(store, file, {} if rejects is None else {"--rejects": rejects})
        if file != STDIN and not Path(file).is_fifo():  # which can be read only once
            with opened_input(file):  # a file that cannot be read makes no store
                pass
    with stopped_by_signals(), ExitStack() as stack:
        told = _Told(stack.enter_context(opened_rejects(rejects)), several=len(files) > 1)
        engine = stack.enter_context(
            comity.open(store, recorded_by=recorded_by, parties=own_organisations())
        )
        bar = stack.enter_context(ExitStack())

        def begin(file: InputFile) -> None:
            bar.close()
            label = f"recording {file.name}" if told.several else "recording"
            file.progress = bar.enter_context(progress_bar(label, file.size))

        done = import_files(
            engine, reader, *files,
            settings=settings, encoding=encoding, on_rejected=told.add, progress=begin,
        )  # fmt: skip
    if rejects is None:
        told.say_first(done.rejected)
    _say_done(done, rejects)
    if done.rejected:
        raise typer.Exit(Exit.REJECTED)


def _say_done(done: FileImport, rejects: Path | None) -> None:
    place = f" (see {rejects})" if rejects is not None and done.rejected else ""
    there = f"{done.duplicates} there already"
    if done.retracted:
        there += f", of which {done.retracted} retracted"
    for reason, rows in done.skipped.most_common():
        say(f"skipped {count_of(rows, 'row')}: {reason}")
    if done.repeated:
        say(f"{count_of(done.repeated, 'row')} only repeated another")
    read = f"{count_of(done.read, 'row')} read, " if done.skipped or done.repeated else ""
    say(f"{read}{done.appended} new, {there}, {done.rejected} rejected{place}")


@dataclass
class _Told:
    """The rejected rows: written to a file as they come, or the first of them kept to be said."""

    rejects: RejectsFile | None
    several: bool
    first: list[str] = field(default_factory=list[str])

    def add(self, rejected: RejectedRow) -> None:
        """Take a rejected row."""
        from comity.adapters.interchange.jsonl import rejected_line

        file, line, raw, reasons = rejected
        if self.rejects is not None:
            text = rejected_line(line, raw, reasons, file if self.several else "")
            self.rejects.write(safe_json(text.decode()).encode())
            self.rejects.flush()
        elif len(self.first) < _MOST_SAID:
            place = f"{file}, line {line}" if self.several else f"line {line}"
            self.first.append(f"{place}: {'; '.join(reasons)}")

    def say_first(self, rejected: int) -> None:
        """Say the first rejected rows, and how many more there are."""
        for told in self.first:
            say(told)
        if more := rejected - len(self.first):
            say(f"… and {more} more; --rejects FILE keeps them all")


def _suggest(
    format: str, reader: Importer, files: Sequence[str], settings: ImportSettings, encoding: str
) -> None:
    from comity.adapters.interchange.importers import input_files

    if reader.suggest is None:
        raise typer.BadParameter(f"{format} needs no mapping; --suggest is for tables.")
    with input_files(files[0], unpack=reader.unpacks, encoding=encoding) as opened:
        for file in opened:
            for line in reader.suggest(file, settings).splitlines():
                write_line(line)
            return


def _names_in(file: Path) -> Mapping[str, str]:
    """The names and codes in a file of TOML; raises a usage error."""
    try:
        told: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise typer.BadParameter(f"cannot read {str(file)!r}: {reason}.") from None
    for name, code in told.items():
        if not isinstance(code, str):
            raise typer.BadParameter(f'{str(file)!r}: {name!r} needs a code, such as "PAK".')
    return cast("Mapping[str, str]", told)


def _check_encoding(encoding: str) -> None:
    try:
        "".encode(encoding)
    except LookupError:
        raise typer.BadParameter(f"no text encoding is called {encoding!r}.") from None
