"""The commands about the log as it is: digest, verify, redact."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import comity
from comity.adapters.archive.problems import AnotherLog
from comity.adapters.cli.archives import is_told
from comity.adapters.cli.exits import Exit, count_of, say
from comity.adapters.cli.options import (
    EventId,
    Form,
    Store,
    WrittenStore,
    file_option,
    open_existing,
)
from comity.adapters.cli.own_parties import own_organisations
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.signals import interrupted_by_signals
from comity.adapters.cli.signing import signature
from comity.adapters.interchange.encode import as_json
from comity.adapters.render.listing import Format, Listing, row_listing
from comity.adapters.render.output import write_line
from comity.domain.errors import StoreDamaged, TracesLeft
from comity.domain.parties import add_organisations
from comity.engine.integrity import Redaction
from comity.engine.verifying import AnotherDigest, Problem, Verification

_NAMED = typer.Option(
    "--by", "--recorded-by", envvar="COMITY_RECORDED_BY", metavar="NAME",
    help="Who redacts it, such as desk-3; it stays in the log.", show_default=False,
)  # fmt: skip


def digest(
    store: Store,
    relationship: Annotated[
        str, typer.Argument(metavar="[RELATIONSHIP]", help="By default the whole log.")
    ] = "",
    *,
    sign: Annotated[
        Path | None,
        typer.Option(metavar="KEY.pem", help="Sign it with this Ed25519 private key, too."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """The digest of the log, to be published.

    It stands for every event. `comity verify --digest` compares a log with it. With --sign the next
    line is its signature, in base64; what is signed is the line of the digest, with the
    relationship before it if one was given.
    """
    with open_existing(store) as engine:
        answer = engine.digest(relationship)
    signed = f"{relationship} {answer}".strip()
    fields: dict[str, object] = {
        "position": answer.position,
        "digest": answer.digest,
        "text": str(answer),
    }
    if relationship:
        fields = {"relationship": relationship, **fields}
    if sign is not None:
        fields |= {"signed": signed, "signature": signature(sign, signed)}
    if form is Format.TABLE:
        for name in ("text", "signature"):
            if name in fields:
                write_line(str(fields[name]))
    elif form is Format.JSON:
        write_line(as_json(fields, indent=True))
    else:
        Listing([fields], tuple(fields), _cells, dict).write(form)


def _cells(fields: dict[str, object]) -> list[str]:
    return list(map(str, fields.values()))


def verify(
    ctx: typer.Context,
    *,
    store: Annotated[str | None, file_option] = None,
    digest: Annotated[
        str | None,
        typer.Option(metavar="N:HEX", help="A digest that was published.", show_default=False),
    ] = None,
    archive: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Verify this archive, with --store against it.", show_default=False
        ),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """Read the whole log and compare it with its chains.

    The index and the snapshots are compared with the log; what differs is made anew. With --archive
    the files of an archive are compared with its manifest, with each other, and with the store if
    one is given. Ends with 3 if something differs, or is not that of the digest, and says where.
    """
    with interrupted_by_signals():
        if archive is not None:
            _verify_archive(archive, store if is_told(ctx, "store") else None, digest, form)
        elif store is None:
            raise typer.BadParameter("give a store by --store or COMITY_STORE, or an --archive.")
        else:
            _verify_store(store, digest, form)


def _verify_archive(archive: Path, store: str | None, digest: str | None, form: Format) -> None:
    from comity.adapters.archive.manifest import read_manifest

    add_organisations(own_organisations())
    with progress_bar("reading", read_manifest(archive).position) as progress:
        answer = comity.verify_archive(archive, store, digest=digest, progress=progress)
    problems = answer.problems
    if form is Format.JSON:
        fields = {name: getattr(answer, name) for name in answer.__struct_fields__}
        write_line(as_json({"ok": answer.ok, **fields}, indent=True))
    elif problems or form is not Format.TABLE:
        row_listing(problems, {"file": _file, "reason": _archive_reason}).write(form)
    else:
        write_line(f"{answer.position}:{answer.digest}")
    if problems:
        say(_archive_advice(problems))
        raise typer.Exit(Exit.STORE)
    left = answer.position - answer.proven
    more = f"; {left:,} more are redacted, or of an older form" if left else ""
    say(f"{count_of(answer.proven, 'event')} proven{more}")


def _archive_advice(problems: Sequence[comity.ArchiveProblem]) -> str:
    if all(isinstance(problem, AnotherLog) for problem in problems):
        return "the archive is whole, and not of what it was compared with; is that the right one?"
    return "the archive is not what was recorded; make it anew: `comity archive --compact`"


def _file(problem: comity.ArchiveProblem) -> str:
    return problem.file


def _archive_reason(problem: comity.ArchiveProblem) -> str:
    return problem.reason


def _verify_store(store: str, digest: str | None, form: Format) -> None:
    try:
        with open_existing(store) as engine, progress_bar("reading", engine.position) as progress:
            answer = engine.verify(digest, progress=progress)
    except StoreDamaged as error:  # it cannot even be opened
        if form is not Format.TABLE:
            _write(Verification(0, "", (Problem(0, str(error)),)), form)
        raise
    _write(answer, form)
    for rebuilt in answer.rebuilt:
        say(f"made anew: {rebuilt}")
    if answer.problems:
        say(_advice(answer.problems))
        raise typer.Exit(Exit.STORE)
    say(f"{count_of(answer.position, 'event')} verified")


def _advice(problems: Sequence[Problem]) -> str:
    if all(isinstance(problem, AnotherDigest) for problem in problems):
        return "the log fits its own chain, and not the digest given; is that the right one?"
    first = problems[0].position
    return f"the log differs, at position {first} at the earliest; restore it from a backup"


def _write(answer: Verification, form: Format) -> None:
    if form is Format.JSON:
        write_line(as_json({"ok": answer.ok, **_fields(answer)}, indent=True))
    elif answer.problems or form is not Format.TABLE:
        columns = {"position": _position, "reason": _reason}
        row_listing(answer.problems, columns).write(form)
    else:
        write_line(f"{answer.position}:{answer.digest}")


def _position(problem: Problem) -> int:
    return problem.position


def _reason(problem: Problem) -> str:
    return problem.reason


def _fields(answer: Verification) -> dict[str, object]:
    return {name: getattr(answer, name) for name in answer.__struct_fields__}


def _confirm(summary: str) -> None:
    """Ask whether to redact; raises a usage error where nobody can be asked."""
    closed = sys.stdin is None  # pyright: ignore[reportUnnecessaryComparison]  # by the caller
    if closed or not sys.stdin.isatty():
        raise typer.BadParameter("it cannot be undone; give --yes where nobody can be asked.")
    say(f"this removes for good: {summary}")
    say("redact it? [y/N]", end=" ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        say("nothing was redacted")
        raise typer.Exit(Exit.REFUSED)


def redact(
    event: EventId,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")],
    store: WrittenStore,
    by: Annotated[str, _NAMED] = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove the text of an event for good.

    Its place and kind stay. This cannot be undone. The id that is left goes to stdout, and on the
    next line that of the record of the redaction. Backups from before still hold the text.
    """
    with open_existing(store, by) as engine:
        if not yes:
            _confirm(engine.evidence(event).record.event.summary())
        try:
            redaction, left = engine.redact(event, reason), ""
        except TracesLeft as error:
            if not isinstance(error.redaction, Redaction):
                raise
            redaction, left = error.redaction, str(error)
    write_line(redaction.id)
    write_line(redaction.act)
    say(f"redacted; {count_of(len(redaction.positions), 'record')} written anew")
    if left:
        say(left)
        raise typer.Exit(Exit.STORE)
