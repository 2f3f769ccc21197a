"""Writes every page of the reference that follows from the code: `python -m tests.pages`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests import (
    answers_page,
    archive_page,
    commands_page,
    http_page,
    lives_page,
    python_page,
    reference_page,
)


def _lives() -> str:
    return lives_page.render(lives_page.PAGE.read_text(encoding="utf-8"))


GENERATED: Mapping[Path, Callable[[], str]] = {
    answers_page.PAGE: answers_page.render,
    archive_page.PAGE: archive_page.render,
    commands_page.PAGE: commands_page.render,
    http_page.PAGE: http_page.render,
    lives_page.PAGE: _lives,
    python_page.PAGE: python_page.render,
    reference_page.PAGE: reference_page.render,
}

if __name__ == "__main__":
    for path, render in GENERATED.items():
        path.write_text(render(), encoding="utf-8")
