"""Writes a note as Markdown, as a page of HTML, or as DOCX by pandoc.

The text of the data is never markup: every character that could be is escaped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from html import escape

from comity.adapters.interchange.safe_text import readable
from comity.adapters.render.note import Footnotes, Line, Note
from comity.domain.errors import InvalidValue, NotInstalled

_MARKUP = re.compile(r"([\\`*_\[\]<>&#~^$|!@])|(?<=[A-Za-z]):(?=//)|:(?=[a-z0-9_+-]+:)|(?<=www)\.")
"""What CommonMark, its usual extensions and pandoc could take for markup within a line."""
_BLOCK = re.compile(r"^([-+=:]|[0-9]+(?=[.)])|\([0-9a-z]+\))")
"""What could begin a list, a heading or a definition at the start of a line."""

_PANDOC = ("pandoc", "--from=commonmark+footnotes", "--to=docx", "--output=-")
_PANDOC_SITE = "https://pandoc.org/installing.html"

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing and run nothing."""

_STYLE = (
    "body{font:11pt/1.35 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em}"
    "h1{font-size:1.5em;margin-bottom:0}h2{font-size:1.1em;margin:1em 0 .2em}"
    "ul{margin:.2em 0;padding-left:1.2em}.about,footer{color:#444;font-size:.85em}"
    "sup a{text-decoration:none}footer ol{padding-left:1.6em}a{overflow-wrap:anywhere}"
    "@media print{body{margin:0;font-size:10pt}}"
)


# Markdown


def markdown(note: Note) -> str:
    """The note as Markdown (CommonMark) with footnotes."""
    return "\n".join(_markdown_lines(note)) + "\n"


def markdown_text(text: str) -> str:
    """Text on one line, with what could be markup escaped."""
    plain = readable(text).strip()
    if block := _BLOCK.match(plain):
        first = block[0]
        start = f"{first}\\" if first.isdigit() else f"\\{first}"
        return start + _MARKUP.sub(_escaped, plain[block.end() :])
    return _MARKUP.sub(_escaped, plain)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _markdown_lines(note: Note) -> Iterator[str]:
    footnotes = Footnotes(note)
    yield f"# {markdown_text(note.title)}"
    yield ""
    yield f"*{markdown_text(note.subtitle)}*"
    if note.opening:
        yield ""
        yield " ".join(_cited_markdown(line, footnotes) for line in note.opening)
    for title, lines in note.sections:
        if lines:
            yield ""
            yield f"## {markdown_text(title)}"
            yield ""
            yield from (f"- {_cited_markdown(line, footnotes)}" for line in lines)
    if told := footnotes.all():
        yield ""
    for number, footnote in told:
        link = f" <{footnote.link}>" if footnote.link else ""
        yield f"[^{number}]: {markdown_text(footnote.text)}{link}"


def _cited_markdown(line: Line, footnotes: Footnotes) -> str:
    marks = "".join(f"[^{number}]" for number in footnotes.numbers(line.sources))
    return markdown_text(line.text) + marks


# HTML


def html(note: Note, picture: str = "") -> str:
    """The note as a page of HTML that needs nothing else: no script, no file, no network.

    `picture` is an element of HTML that stands after the opening.
    """
    footnotes = Footnotes(note)
    body = [*_html_body(note, footnotes, picture)]
    return "\n".join([
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_html_text(note.title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        *body,
        *_html_footnotes(footnotes),
        "</body>",
        "</html>",
        "",
    ])  # fmt: skip


def _html_text(text: str) -> str:
    return escape(readable(text))


def _html_body(note: Note, footnotes: Footnotes, picture: str) -> Iterator[str]:
    yield f"<h1>{_html_text(note.title)}</h1>"
    yield f'<p class="about">{_html_text(note.subtitle)}</p>'
    if note.opening:
        yield f"<p>{' '.join(_cited_html(line, footnotes) for line in note.opening)}</p>"
    if picture:
        yield picture
    for title, lines in note.sections:
        if lines:
            yield f"<h2>{_html_text(title)}</h2>"
            yield "<ul>"
            yield from (f"<li>{_cited_html(line, footnotes)}</li>" for line in lines)
            yield "</ul>"


def _cited_html(line: Line, footnotes: Footnotes) -> str:
    marks = "".join(
        f'<sup><a href="#note-{number}">{number}</a></sup>'
        for number in footnotes.numbers(line.sources)
    )
    return _html_text(line.text) + marks


def _html_footnotes(footnotes: Footnotes) -> Iterable[str]:
    told = footnotes.all()
    if not told:
        return
    yield "<footer>"
    yield "<ol>"
    for number, (text, link) in told:
        address = f' <a href="{escape(link)}">{escape(link)}</a>' if link else ""
        yield f'<li id="note-{number}">{_html_text(text)}{address}</li>'
    yield "</ol>"
    yield "</footer>"


# DOCX


def docx(note: Note, seconds: int) -> bytes:
    """The note as DOCX, made by pandoc; `seconds` is the time that the file gives as its own.

    Raises `NotInstalled` without pandoc, and `InvalidValue` if it fails.
    """
    if shutil.which(_PANDOC[0]) is None:
        raise NotInstalled("pandoc", "", "A note as DOCX", _PANDOC_SITE)
    done = subprocess.run(
        _PANDOC,
        input=markdown(note).encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(max(0, seconds))},
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip() or f"it ended with {done.returncode}"
        raise InvalidValue("form", "docx", f"a pandoc that can write it; pandoc said: {said}")
    return done.stdout
