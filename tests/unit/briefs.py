"""Notes that tests read: written from an engine, and taken apart."""

from __future__ import annotations

import io
import re
from typing import Any

from comity import RelationsEstablished, TimelineEngine
from comity.adapters.render.brief import write_brief
from tests.unit.given import PAIR

FOUNDED = RelationsEstablished(parties=PAIR, when="1948-05-01")


def written(engine: TimelineEngine, *parties: str, **options: Any) -> str:
    file = io.BytesIO()
    write_brief(engine, parties or PAIR, file, **options)
    return file.getvalue().decode()


def opening(text: str) -> str:
    """The sentences below the title and the subtitle."""
    return text.split("\n\n")[2].strip()


def section(text: str, title: str) -> list[str]:
    """The lines of a section."""
    found = re.search(rf"^## {re.escape(title)}.*\n\n((?:- .*\n?)+)", text, re.MULTILINE)
    return found[1].splitlines() if found else []
