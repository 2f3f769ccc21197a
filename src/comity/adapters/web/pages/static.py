"""The files of scripts and styles, as the front end's build put them into the package."""

from __future__ import annotations

import mimetypes
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from comity.adapters.web.access import Caller
from comity.adapters.web.conditional import has_tagged

STATIC = Path(__file__).parents[1] / "static"
"""Where they are; there is no such folder in a tree where they were not built."""


@get("/static/{name:path}", include_in_schema=False, sync_to_thread=True)
def static_file(request: Request[Caller, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A file of the folder `static`; anybody may read it."""
    path = STATIC / name.lstrip("/")
    try:
        inside = path.resolve().is_relative_to(STATIC.resolve())
        content = path.read_bytes() if inside else None
    except (OSError, ValueError):  # no name that a file can have
        content = None
    if content is None:
        raise NotFoundException("there is no such file")
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    if has_tagged(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers={"ETag": tag})
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(content, media_type=media, headers={"ETag": tag})
