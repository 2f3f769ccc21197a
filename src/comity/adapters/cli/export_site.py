"""The command export site: one dossier as pages that need no server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.adapters.cli.exits import Exit, say
from comity.adapters.cli.files import check_files
from comity.adapters.cli.folders import write_folder
from comity.adapters.cli.nothing import say_nothing_recorded
from comity.adapters.cli.options import Parties, Store, open_existing
from comity.adapters.cli.progress import progress_bar
from comity.adapters.interchange.optional import loaded


def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    parties: Parties,
    *,
    store: Store,
) -> None:
    """A relationship as web pages that need no server: for a newsroom, or to hand on.

    With both sliders and all evidence. DIR is new, empty or an earlier site, which is replaced.
    """
    for package in ("jinja2", "litestar"):
        loaded(package, "comity export site", "web")
    from comity.adapters.web.pages.publishing.files import MARK, site_files

    check_files(store, "", {"DIR": folder})
    with open_existing(store) as engine:
        if say_nothing_recorded(engine, parties):
            raise typer.Exit(Exit.REFUSED)
        with progress_bar("making the site", None):
            count = write_folder(folder, site_files(engine, tuple(parties)), MARK)
    say(f"{count:,} files written; open {folder / 'index.html'}")
