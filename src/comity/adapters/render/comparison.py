"""Two sheets side by side: what the first says and the second does not, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.adapters.render.section import Section


def compared(before: Sequence[Section], after: Sequence[Section]) -> Iterator[Section]:
    """Section by section, `−` before the lines that are gone and `+` before those that came."""
    for old, new in zip(before, after, strict=True):
        then, now = _told(old), _told(new)
        gone = [(f"− {label}", text) for label, text in then if (label, text) not in now]
        come = [(f"+ {label}", text) for label, text in now if (label, text) not in then]
        yield Section(old.title, (*gone, *come))


def _told(section: Section) -> list[tuple[str, str]]:
    """The lines of a section, each with the label under which it stands."""
    found: list[tuple[str, str]] = []
    label = ""
    for own, text in section.lines:
        label = own or label
        found.append((label, text))
    return found
