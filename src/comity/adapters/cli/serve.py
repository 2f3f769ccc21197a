"""The command serve: the API and the pages of a store, on a port of this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.adapters.cli.options import Store, open_existing
from comity.adapters.interchange.optional import loaded


def serve(
    store: Store,
    port: Annotated[int, typer.Option(metavar="N", help="The port; 0 takes a free one.")] = 8321,
    write: Annotated[bool, typer.Option("--write", help="Let callers record events.")] = False,
) -> None:
    """Serve the API and the pages of a store, on this machine."""
    for package in ("litestar", "uvicorn", "jinja2"):
        loaded(package, "comity serve", "web")
    import uvicorn

    from comity.adapters.web.app import web_app
    from comity.adapters.web.settings import WebSettings

    with open_existing(store) as engine:
        uvicorn.run(web_app(engine, WebSettings(write)), host="127.0.0.1", port=port)
