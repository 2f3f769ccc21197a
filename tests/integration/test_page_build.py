"""The scripts of the pages: built once, found again by their digest, or missed in one sentence."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = shutil.ignore_patterns("node_modules")


def nowhere(name: str) -> None:
    """Find no module."""


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build of a tree that has the sources of the scripts, on a machine without node."""
    shutil.copytree(ROOT / "frontend", tmp_path / "frontend", ignore=SOURCES)
    shutil.copy(ROOT / "hatch_build.py", tmp_path)
    spec = importlib.util.spec_from_file_location("page_build", tmp_path / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(importlib.util, "find_spec", nowhere)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return module


def built(hook: ModuleType) -> Path:
    """Write what a build would have written."""
    static: Path = hook.STATIC
    static.mkdir(parents=True)
    for name in hook.BUILT:
        (static / name).write_text(name, encoding="utf-8")
    (static / hook.DIGEST).write_text(hook.digest_of_sources(), encoding="utf-8")
    return static


def test_what_is_built_of_the_same_sources_is_taken_and_needs_no_node(hook: ModuleType) -> None:
    static = built(hook)
    hook.build_page()
    assert (static / "comity.js").read_text(encoding="utf-8") == "comity.js"


@pytest.mark.parametrize("change", ["nothing is built", "a source changes", "a file is missing"])
def test_without_node_what_is_not_built_is_missed_in_one_sentence(
    hook: ModuleType, change: str
) -> None:
    if change != "nothing is built":
        static = built(hook)
        if change == "a file is missing":
            (static / "network.js").unlink()
        else:
            (hook.FRONTEND / "src/live.ts").write_text("// new", encoding="utf-8")
    with pytest.raises(hook.CannotBuild, match=r"^the scripts .* no node with npm here .*$"):
        hook.build_page()


def test_the_digest_does_not_depend_on_how_lines_end(hook: ModuleType) -> None:
    before = hook.digest_of_sources()
    source: Path = hook.FRONTEND / "src/live.ts"
    source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    assert hook.digest_of_sources() == before


def test_the_lock_names_no_registry_and_each_package_exactly() -> None:
    text = (ROOT / "frontend/package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)
    assert "resolved" not in text
    wanted = json.loads((ROOT / "frontend/package.json").read_text(encoding="utf-8"))
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert version[0].isdigit()
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
