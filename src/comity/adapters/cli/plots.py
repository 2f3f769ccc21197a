"""The commands of plot: pictures of a timeline, tone, missions, a network and a deal."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from comity.adapters.cli.exits import say
from comity.adapters.cli.groups import lazy_group, made_command
from comity.adapters.cli.nothing import nothing_recorded
from comity.adapters.cli.options import (
    Kinds,
    KnownAt,
    Parties,
    Since,
    Store,
    Until,
    open_existing,
)
from comity.adapters.cli.outputs import STDOUT, form_of, opened_output, say_written
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.views import keyword, options_of, positions_of, signature_of
from comity.adapters.cli.words import parse_known_at
from comity.adapters.render.names import codes_in
from comity.domain.errors import InvalidValue
from comity.domain.text import folded
from comity.engine import TimelineEngine
from comity.projections.views.catalogue import VIEWS

if TYPE_CHECKING:
    from comity.adapters.plots.picture import Picture
    from comity.projections.views.deals import RelationshipDeal
    from comity.query.parameters import KnownAt as Moment

_FORMS = (".pdf", ".png", ".svg")
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)[x×]([0-9]+(?:\.[0-9]+)?)")
_MOST_PIXELS = 100_000_000
"""How many pixels a picture has at most: more would fill the memory."""
_DPI = 120
_VIEWS = {view.name: replace(view, others={}) for view in VIEWS}


def _checked_output(path: Path | None) -> Path | None:
    """The file, if its name ends with a form of pictures."""
    if path is None or str(path) == STDOUT:
        raise typer.BadParameter("give a file: -o picture.png, or .svg, or .pdf.")
    if form_of(path) not in _FORMS:
        raise typer.BadParameter(f"{str(path)!r}: a picture ends with .png, .svg or .pdf.")
    return path


def _checked_size(text: str | None) -> str | None:
    if text is not None and not _SIZE.fullmatch(text):
        raise typer.BadParameter(f"{text!r}: give a width and a height in inches, such as 8x5.")
    return text


_output: Any = typer.Option(
    "--output", "-o", metavar="FILE", callback=_checked_output, show_default=False,
    help="The file to write; its name ends with .png, .svg or .pdf.",
)  # fmt: skip
_Output = Annotated[Path | None, _output]
_Size = Annotated[
    str | None,
    typer.Option(
        metavar="WxH", callback=_checked_size, show_default="what the picture needs",
        help="Width and height in inches.",
    ),
]  # fmt: skip
_Dpi = Annotated[int, typer.Option(min=40, max=1200, help="Pixels to an inch, of a PNG.")]
_LAST = (keyword("output", _Output, None), keyword("size", _Size, None), keyword("dpi", _Dpi, _DPI))


class _Pictures(TyperGroup):
    """The commands, by the names of the pictures."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the pictures."""
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a picture; None if there is no such picture."""
        make = _COMMANDS.get(cmd_name)
        return None if make is None else made_command(cmd_name, make())


def plot_group() -> typer.Typer:
    """The group of commands."""
    return lazy_group(
        "plot",
        _Pictures,
        "Pictures of answers, as PNG, SVG or PDF.\n\n"
        "The same answer gives the same file, byte for byte. They need comity[plot].",
    )


def _draw(
    which: str, answer: Any, *, size: str | None, dpi: int, **how: Any
) -> Callable[[str], bytes]:
    """What writes the picture of an answer in a form; raises `NotInstalled`."""
    import logging

    from comity.adapters.plots import drawer

    draw = drawer(which)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # of its caches and fonts
    if size is not None and (measured := _SIZE.fullmatch(size)):
        how["size"] = (float(measured[1]), float(measured[2]))
    picture: Picture = draw(answer, **how)
    wide, high = (float(side) * dpi for side in picture.get_size_inches())
    if wide * high > _MOST_PIXELS:
        raise typer.BadParameter(
            f"--dpi {dpi}: {wide:.0f}×{high:.0f} are more than {_MOST_PIXELS:,} pixels."
        )
    return lambda form: picture.written(form, dpi)


def _write(written: Callable[[str], bytes], output: Path, store: str, nothing: str = "") -> None:
    """Write the file; `nothing` says that nothing is recorded of the parties."""
    content = written(form_of(output).removeprefix("."))  # before the file is touched
    with opened_output(output, store, _FORMS) as file:
        file.write(content)
    if nothing:
        say(nothing)
    say_written(1, "picture", output)


def _timeline() -> Callable[..., None]:
    def timeline(
        parties: Parties,
        *,
        store: Store,
        since: Since = None,
        until: Until = None,
        kind: Kinds = None,
        known_at: KnownAt = None,
        output: _Output = None,
        size: _Size = None,
        dpi: _Dpi = _DPI,
    ) -> None:
        """What happened and what stood between the parties, over time."""
        from comity.domain.scope import scope_of

        moment = parse_known_at(known_at)
        with open_existing(store) as engine:
            entries = engine.timeline(
                *parties, since=since, until=until, kinds=kind or (), known_at=moment
            )
            nothing = nothing_recorded(engine, parties, moment, is_empty=not entries)
        written = _draw("timeline", entries, parties=scope_of(*parties).parties, size=size, dpi=dpi)
        _write(written, _given(output), store, nothing)

    return timeline


def _given(output: Path | None) -> Path:
    """The file that was checked already."""
    assert output is not None
    return output


def _of_view(name: str) -> Callable[[], Callable[..., None]]:
    """What makes the command of a picture of a view."""

    def make() -> Callable[..., None]:
        view, ask = _VIEWS[name], getattr(TimelineEngine, name)
        parameters = view.parameters(ask)
        positions = positions_of(parameters)

        def command(
            parties: list[str] | None, store: str, output: Path, size: str | None, dpi: int,
            **values: Any,
        ) -> None:  # fmt: skip
            asked = tuple(parties or ())
            answer, day, nothing = _answer(ask, store, asked, options_of(view, positions, values))
            how: dict[str, Any] = {"on": day} if name == "missions" else {}
            written = _draw(name, answer, parties=list(codes_in(asked)), size=size, dpi=dpi, **how)
            _write(written, output, store, nothing)

        command.__name__, command.__doc__ = name, view.help
        command.__signature__ = signature_of(view, parameters, *_LAST)  # type: ignore[attr-defined]
        command.__annotations__ = {}  # so that typer takes those of the signature
        return command

    return make


def _answer(
    ask: Callable[..., Any], store: str, asked: tuple[str, ...], options: dict[str, Any]
) -> tuple[Any, str, str]:
    """The answer to a question, the day that it is about, and whether nothing is recorded."""
    from comity.engine.engine import asked as exactly

    with open_existing(store) as engine:
        moment: Moment = options.get("known_at")
        exact = exactly(engine, (), options.get("on"), moment)
        options["known_at"] = exact.position
        with progress_bar("folding", engine.position) as progress:
            answer = ask(engine, *asked, **options, progress=progress)
        is_empty = not getattr(answer, "nodes", answer)  # of a network, its parties
        nothing = nothing_recorded(engine, asked, moment, is_empty=is_empty)
    return answer, exact.day.isoformat(), nothing


def _deal() -> Callable[..., None]:
    view, ask = _VIEWS["deals"], TimelineEngine.deals
    parameters = [each for each in view.parameters(ask) if each.name != "open_only"]
    positions = positions_of(parameters)

    def command(
        *, deal: str, parties: list[str] | None, store: str, output: Path, size: str | None,
        dpi: int, **values: Any,
    ) -> None:  # fmt: skip
        options = options_of(view, positions, values)
        then = " by then" if {"on", "known_at"}.intersection(options) else ""
        deals, _, nothing = _answer(ask, store, tuple(parties or ()), options)
        found = _named(deals, deal, then, nothing)
        _write(_draw("deal", found, size=size, dpi=dpi), output, store)

    id_ = Annotated[str, typer.Argument(metavar="DEAL", help="The id of the deal.")]
    rest = signature_of(view, parameters, *_LAST).parameters.values()
    command.__name__ = "deal"
    command.__doc__ = "What was ordered, planned, delivered and paid of a deal, over time."
    command.__signature__ = inspect.Signature([keyword("deal", id_), *rest])  # type: ignore[attr-defined]
    command.__annotations__ = {}
    return command


def _named(
    deals: Sequence[RelationshipDeal], name: str, then: str, nothing: str
) -> RelationshipDeal:
    """The deal of an id; raises `InvalidValue`, which names the nearest ids."""
    ids = {folded(each.deal): each for each in deals}
    if found := ids.get(folded(name)):
        return found
    near = [ids[key].deal for key in get_close_matches(folded(name), ids, n=3)]
    hint = f"did you mean {' or '.join(near)}?" if near else "'comity deals' lists them"
    raise InvalidValue("deal", name, f"the id of a deal that is recorded{then}; {nothing or hint}")


_COMMANDS: dict[str, Callable[[], Callable[..., None]]] = {
    "timeline": _timeline,
    **{name: _of_view(name) for name in ("tone", "missions", "network")},
    "deal": _deal,
}
