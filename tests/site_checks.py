"""What is broken in a built site: links that lead nowhere, and whatever comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

POLICY = "Content-Security-Policy"
_LOADING = {"src", "srcset", "poster", "data", "action"}
_IN_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')]+)")


class _Page(HTMLParser):
    """The ids of a page, what it links to, what it loads, and its pictures without a text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.policy = ""
        self.silent: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        self.loads += [values[name] for name in _LOADING & set(values)]
        if "href" in values:
            (self.links if tag == "a" else self.loads).append(values["href"])
        if tag == "img" and not values.get("alt"):
            self.silent.append(values.get("src", ""))
        if tag == "meta" and values.get("http-equiv") == POLICY:
            self.policy = values.get("content", "")


def broken(site: Path) -> list[str]:
    """Every problem of the site, with the page that it is on."""
    pages = {path: _Page(path) for path in sorted(site.rglob("*.html"))}
    problems: list[str] = []
    for path, page in pages.items():
        found = [
            *_from_elsewhere(page),
            *(f"{url} has no text for those who do not see it" for url in page.silent),
            *_leading_nowhere(path, page, site, pages),
        ]
        problems += [f"{path.relative_to(site).as_posix()}: {problem}" for problem in found]
    for path in sorted(site.rglob("*.css")):
        for url in _IN_CSS.findall(path.read_text(encoding="utf-8")):
            problems.append(f"{path.relative_to(site).as_posix()}: {url} is loaded from elsewhere")
    return problems


def _from_elsewhere(page: _Page) -> Iterator[str]:
    if not page.policy.startswith("default-src 'self'") or "//" in page.policy:
        yield "no policy forbids to load from elsewhere"
    for url in page.loads:
        if urlsplit(url).netloc:
            yield f"{url} is loaded from elsewhere"


def _leading_nowhere(
    path: Path, page: _Page, site: Path, pages: dict[Path, _Page]
) -> Iterator[str]:
    for url in page.links + page.loads:
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:  # the web's own, `mailto:` or `data:`
            continue
        name = unquote(parts.path)
        above = site if name.startswith("/") else path.parent
        target = (above / name.lstrip("/")).resolve() if name else path
        if target.is_dir():
            target /= "index.html"
        if not target.is_file() or not target.is_relative_to(site.resolve()):
            yield f"{url} leads nowhere"
        elif (
            parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
        ):
            yield f"{url} leads to no place on its page"
