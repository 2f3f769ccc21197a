"""The command serve: the API and the pages of a store, on a port of this machine."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.options import ReadOnly, RecordedBy, Store, open_existing
from comity.adapters.cli.signals import stop_on_signals
from comity.adapters.interchange.optional import loaded
from comity.adapters.storage.shown import shown

if TYPE_CHECKING:
    from comity.adapters.web.settings import WebSettings


def serve(
    store: Store,
    *,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where it listens; elsewhere needs --tokens.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 8321,
    write: Annotated[bool, typer.Option("--write", help="Let callers record events.")] = False,
    read_only: ReadOnly = False,
    tokens: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who may call it, and what they may do (TOML)."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name it is called by, as a proxy has; repeatable."),
    ] = None,
    recorded_by: RecordedBy = "",
    open_page: Annotated[
        bool | None,
        typer.Option(
            "--open/--no-open",
            help="Open the page in a browser; by default from a terminal.",
            show_default=False,
        ),
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="Write a line for each request.")] = False,
) -> None:
    """Serve the API and the pages of a store, on this machine.

    It only reads unless --write is given. Ctrl-C stops it. What searches need is kept in the store
    all the same, unless --read-only is given.
    """
    if write and read_only:
        raise typer.BadParameter("--write records events, and --read-only writes nothing.")
    for package in ("litestar", "uvicorn", "jinja2"):
        loaded(package, "comity serve", "web")
    from comity.adapters.web.app import web_app
    from comity.adapters.web.serving import Server, address_of, bound_socket, said_by

    settings = _settings(host, tokens, allow_host or [], write=write)
    opened = open_existing(store, recorded_by, read_only=read_only)
    with stop_on_signals() as stop, opened as engine:
        try:
            listening = bound_socket(host, port)
        except OSError as error:
            raise _cannot_listen(host, port, error) from None
        address = address_of(listening)

        def started() -> None:
            mode = "callers may record events" if write else "read-only"
            say(f"serving {shown(store)} at {address} ({mode}); stop with Ctrl-C")
            if _is_opened(open_page):
                threading.Thread(target=_open, args=(address,), daemon=True).start()

        with listening, said_by(say):
            Server(web_app(engine, settings), stop, started, log=log).run([listening])
    say("stopped")


def _settings(host: str, file: Path | None, names: list[str], *, write: bool) -> WebSettings:
    """How the server behaves; raises a usage error for what would let others in."""
    from comity.adapters.web.serving import is_loopback
    from comity.adapters.web.settings import LOOPBACK, WebSettings
    from comity.adapters.web.tokens import is_open_to_others, tokens_of

    try:
        is_ours = is_loopback(host)
    except (OSError, ValueError) as error:
        raise _cannot_listen(host, None, error) from None
    if not is_ours and file is None:
        raise typer.BadParameter(
            f"it would listen at {host}, where others can call it; say who may with --tokens FILE, "
            "or listen at 127.0.0.1."
        )
    tokens = () if file is None else tokens_of(file)
    if file is not None and is_open_to_others(file):
        say(f"others than its owner may read {file}; chmod 600 it")
    allowed = (*LOOPBACK, *(name.lower() for name in names)) if is_ours or names else ()
    return WebSettings(write, tokens, allowed)


def _cannot_listen(host: str, port: int | None, error: Exception) -> Exception:
    where = host if port is None else f"{host}, port {port}"
    reason = getattr(error, "strerror", None) or str(error)
    return typer.BadParameter(f"cannot listen at {where}: {reason}; give --host or --port another.")


def _is_opened(wish: bool | None) -> bool:
    """Whether the page is opened: as told, or where a person at a screen starts the server."""
    if wish is not None:
        return wish
    has_screen = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return has_screen and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _open(address: str) -> None:
    if not webbrowser.open(address):
        say(f"no browser was found; open {address} in one")
