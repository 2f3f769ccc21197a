"""The first page: where to look, what is new, and what is to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from comity.adapters.interchange.exporters.sentences import name_of
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.world.asking import Given, one
from comity.adapters.web.pages.world.log import log_part
from comity.adapters.web.pages.world.tables import Shown, shown
from comity.adapters.web.pages.world.views import BY_NAME, title_of, view_link
from comity.domain.parties.directory import find_parties
from comity.engine import TimelineEngine
from comity.engine.engine import asked
from comity.projections.views.catalogue import VIEWS

NEW, COMING, DAYS = 10, 10, timedelta(30)
"""How many records and items are shown, and how far the coming days reach."""
_MANY = 200
"""Of more relationships, neither all are listed nor the coming days of all worked out."""


class Group(NamedTuple):
    """A party, how many relationships it has, and which."""

    code: str
    name: str
    relationships: tuple[str, ...]


def home_page(engine: TimelineEngine, given: Given, frame: Frame) -> str:
    """Where a reader begins. Raises `ComityError`s."""
    relationships, find = engine.relationships(), one(given, "find")
    position = engine.position
    return frame.page(
        "home.html", position=position, total=len(relationships), find=find,
        groups=_groups(relationships, find), many=_MANY,
        new=log_part(engine, position + 1, most=NEW).records,
        view_link=view_link(frame.link),
        view_titles=[(view.name, title_of(view)) for view in VIEWS],
        coming=_coming(engine) if 0 < len(relationships) <= _MANY else None,
    )  # fmt: skip


def _groups(relationships: Sequence[str], find: str) -> list[Group]:
    """The parties with their relationships, those with most first; with `find`, what it means."""
    meant = {info.code for info in find_parties(find)} if find else None
    by_party: dict[str, list[str]] = {}
    for relationship in relationships:
        for code in relationship.split("-"):
            by_party.setdefault(code, []).append(relationship)
    counts = Counter({code: len(several) for code, several in by_party.items()})
    return [
        Group(code, name_of(code), tuple(by_party[code]))
        for code, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if meant is None or code in meant
    ]


def _coming(engine: TimelineEngine) -> tuple[Shown, int]:
    """What is to come in the next days, and how much is overdue."""
    today = asked(engine).day
    answer = engine.agenda(since=today, until=today + DAYS, on=today)
    items = [item for item in answer if not item.overdue]
    table = shown(BY_NAME["agenda"].table, items, {}, most=COMING)
    return table, len(answer) - len(items)
