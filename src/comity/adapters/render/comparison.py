"""The comparison of two pages: the lines that only the first or only the second has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.adapters.render.section import Section


def compared(before: Sequence[Section], after: Sequence[Section]) -> Iterator[Section]:
    """The sections, with `−` before each line that is gone and `+` before each new line."""
    for old, new in zip(before, after, strict=True):
        old_lines, new_lines = _labelled(old), _labelled(new)
        gone = [(f"− {line[0]}", line[1]) for line in old_lines if line not in new_lines]
        came = [(f"+ {line[0]}", line[1]) for line in new_lines if line not in old_lines]
        yield Section(old.title, (*gone, *came))


def _labelled(section: Section) -> list[tuple[str, str]]:
    """The lines of a section; a line without a label gets the label of the line above it."""
    lines: list[tuple[str, str]] = []
    label = ""
    for own_label, text in section.lines:
        label = own_label or label
        lines.append((label, text))
    return lines
