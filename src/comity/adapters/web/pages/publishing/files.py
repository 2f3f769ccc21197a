"""The files of a site, one after the other: pages, data, evidence, scripts and the events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from markupsafe import Markup

from comity.adapters.interchange.exporters.jsonl import write_jsonl
from comity.adapters.web.pages.entries import listed
from comity.adapters.web.pages.evidence import evidence_html
from comity.adapters.web.pages.history import History
from comity.adapters.web.pages.publishing.data import SliderData, slider_data
from comity.adapters.web.pages.publishing.file_links import INDEX, FileLinks
from comity.adapters.web.pages.question import Question
from comity.adapters.web.pages.relationship import panel_html, values_of_page
from comity.adapters.web.pages.rendering import Frame, rendered
from comity.adapters.web.pages.state_panel import panel
from comity.adapters.web.pages.static import STATIC
from comity.domain.scope import scope_of
from comity.engine.engine import asked

if TYPE_CHECKING:
    from comity.engine import TimelineEngine

MARK = "comity-site.json"
"""The file that tells that a folder is a site of ours."""
MOST_LISTED = 3_000
"""How many entries the first page lists: there is no server to give the other pages."""
EVENTS = "events.jsonl"


class SiteFile(NamedTuple):
    """A file of the site: where it stands within the folder, and what it holds."""

    path: str
    content: bytes


def site_files(engine: TimelineEngine, parties: tuple[str, ...]) -> Iterator[SiteFile]:
    """All files of the site of a relationship, as known now. Raises `InvalidInput` errors."""
    scope = scope_of(*parties)
    question = asked(engine, parties)
    latest = History(engine, scope, question.position)
    pages = {id: f"evidence/{record.position}.html" for id, record in latest.by_id.items()}
    static = _static()
    link = FileLinks(scope.key, pages, static)

    def history_at(position: int) -> History:
        return History(engine, scope, position)

    data = slider_data(latest, history_at, question.day, link)
    yield SiteFile(INDEX, _index(engine, latest, question.day, link, data).encode())
    yield from _data_files(data)
    within = FileLinks(scope.key, pages, static, "../")
    for id, path in pages.items():
        yield SiteFile(path, evidence_html(engine.evidence(id), Frame(within)).encode())
    for name, path_of in static.items():
        yield SiteFile(f"static/{name}", path_of.read_bytes())
    yield SiteFile(EVENTS, _events(latest))
    mark = {"comity": "site", "relationship": scope.key, "position": latest.position}
    yield SiteFile(MARK, orjson.dumps(mark) + b"\n")


def _index(
    engine: TimelineEngine, latest: History, today: date, link: FileLinks, data: SliderData
) -> str:
    """The page of the relationship today, as known now, with every entry."""
    state = engine.state(*latest.scope.parties, on=today, known_at=latest.position)
    question = Question()
    entries = listed(latest, question, MOST_LISTED)
    told = panel_html(panel(state, latest), latest.relationship, link)
    return rendered(
        "relationship.html",
        **values_of_page(latest, question, today, entries, data.moments),
        link=link,
        site={
            "data": data,
            "events": EVENTS,
            "has_scripts": link("static", name="comity.js"),
        },
        comparison=None,
        state=Markup(told),
        picture=data.picture_data[data.pictures[-1]],
        retracted=latest.retracted,
        earlier="",
        later="",
    )


def _data_files(data: SliderData) -> Iterator[SiteFile]:
    index = {
        "days": data.days,
        "moments": [moment._asdict() for moment in data.moments],
        "states": data.states,
        "pictures": data.pictures,
    }
    yield SiteFile("data/index.js", b"window.comitySite=" + orjson.dumps(index) + b";\n")
    for number, html in enumerate(data.fragments):
        yield _given("fragment", number, html)
    for number, drawn in enumerate(data.picture_data):
        yield _given("picture", number, drawn)


def _given(kind: str, number: int, value: Any) -> SiteFile:
    content = b'comityGive("%s",%d,%s);\n' % (kind.encode(), number, orjson.dumps(value))
    return SiteFile(f"data/{kind}-{number}.js", content)


def _events(latest: History) -> bytes:
    """The events behind the site; `comity import jsonl` reads them."""
    file = BytesIO()
    write_jsonl(file, latest.by_id.values())
    return file.getvalue()


def _static() -> dict[str, Path]:
    """The scripts and the style as they were built; none in a tree where they were not."""
    if not STATIC.is_dir():
        return {}
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return {path.relative_to(STATIC).as_posix(): path for path in files}
