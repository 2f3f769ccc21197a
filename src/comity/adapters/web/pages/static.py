"""The scripts and the style of the pages, as `make page` and the wheel have them."""

from __future__ import annotations

from pathlib import Path

from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

STATIC = Path(__file__).parents[1] / "static"


def static_router() -> Router:
    """The files under `/static`; in a tree where they are not built, there are none."""
    return create_static_files_router(
        "/static",
        directories=[STATIC],
        cache_control=CacheControlHeader(no_cache=True),
        include_in_schema=False,
    )
