"""The reference is what the code says: every name, signature, field, error and option."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import griffe
import msgspec
import pytest

import comity
from comity import Event, RelationshipState, TimelineEngine
from comity.domain import errors
from tests import answers_page, commands_page, pictures, python_page
from tests.api import BESIDE, declared, prose
from tests.pages import GENERATED

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
ENGINE, PROJECTIONS = REFERENCE / "engine.md", REFERENCE / "projections.md"


@pytest.mark.parametrize("page", GENERATED, ids=[page.name for page in GENERATED])
def test_a_page_that_follows_from_the_code_is_current(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    assert written == GENERATED[page](), "write it again: python -m tests.pages"


def test_every_public_name_has_a_place_in_the_reference() -> None:
    page = python_page.PAGE.read_text(encoding="utf-8")
    index = page.partition("## Every name\n")[2]
    named = re.findall(r"\[`(?:comity\.)?(\w+)`\]", index)
    assert named == sorted({*comity.__all__, *BESIDE})
    assert [name for name in BESIDE if not callable(getattr(comity, name))] == []


def entries(page: Path) -> Iterator[tuple[str, str]]:
    """The name and the text of each part of a page."""
    for entry in re.split(r"^### ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, text = entry.partition("\n")
        yield name, text.partition("\n## ")[0]


def test_the_reference_lists_the_fields_of_every_struct_in_their_order() -> None:
    listed = {
        name: re.findall(r"^- `(\w+)`", text, re.MULTILINE)
        for page in (answers_page.PAGE, python_page.PAGE)
        for name, text in entries(page)
    }
    for name in comity.__all__:
        kind = getattr(comity, name)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            fields = list(kind.__struct_fields__)
            if not issubclass(kind, Event):
                assert listed[name][: len(fields)] == fields, name


def public_calls() -> dict[str, griffe.Function]:
    """Every call of the engine, as it is declared."""
    engine = declared("TimelineEngine")
    assert isinstance(engine, griffe.Class)
    calls = [member for part in (engine, *engine.mro()) for member in part.members.values()]
    return {
        call.name: call
        for call in calls
        if isinstance(call, griffe.Function) and not call.name.startswith("_")
    }


def test_every_call_is_described_and_says_which_errors_it_raises() -> None:
    calls = public_calls()
    assert set(calls) == {
        name for name in dir(TimelineEngine) if not name.startswith("_") and name != "position"
    }
    for name, call in calls.items():
        if name != "close":
            assert re.search(r"\b[Rr]aises?\b", prose(call)), name


def calls_by_name() -> dict[str, griffe.Function]:
    """Every call that the pages show, under the name by which they show it."""
    handle = declared("MaterializedProjection")
    functions = {f"comity.{name}": declared(name) for name in (*BESIDE, "find_parties")}
    shown = {**handle.members, **functions, **public_calls()}
    return {name: call for name, call in shown.items() if isinstance(call, griffe.Function)}


@pytest.mark.parametrize("page", [ENGINE, PROJECTIONS], ids=["engine", "projections"])
def test_the_signatures_on_a_page_are_those_of_the_calls(page: Path) -> None:
    calls = calls_by_name()
    told = re.findall(r"^(?:\| )?`([\w.]+)\((.*?)\)`", page.read_text("utf-8"), re.MULTILINE)
    assert page != ENGINE or {name for name, _ in told} >= {*public_calls(), "comity.open"} - {
        "close"
    }
    checked = [(name, given) for name, given in told if name in calls and "…" not in given]
    assert len(checked) > 5
    for name, given in checked:
        assert ast.unparse(ast.parse(f"def f({given}): ...")) == shown(calls[name]), name


def shown(call: griffe.Function) -> str:
    """A declaration without its types, as the page shows it."""
    module = ast.parse(call.source.strip() if call.source else "")
    function = next(node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))
    arguments = function.args
    arguments.args = [argument for argument in arguments.args if argument.arg != "self"]
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return f"def f({ast.unparse(arguments)}):\n    ..."


def test_the_tree_of_errors_is_that_of_the_code() -> None:
    (tree,) = re.findall(r"```text\n(ComityError\n.*?)```", ENGINE.read_text("utf-8"), re.DOTALL)
    assert tree in (errors.__doc__ or "")


def test_every_command_stands_in_the_reference_with_its_options() -> None:
    page = commands_page.PAGE.read_text(encoding="utf-8")
    for name, command in commands_page.commands():
        part = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("-") and option != "--help":
                    assert option in part, f"{name} {option}"


def test_the_page_of_the_engine_names_all_that_it_can_do_and_all_that_a_state_holds() -> None:
    page = ENGINE.read_text(encoding="utf-8")
    for name in dir(TimelineEngine):
        if not name.startswith("_") and name != "close":
            assert re.search(rf"`{name}[(`]", page), name
    for name in RelationshipState.__struct_fields__:
        if name not in {"relationship", "parties"}:
            assert f"`{name}`" in page, name


def test_the_pictures_of_the_docs_are_what_the_code_draws() -> None:
    drawn = dict(pictures.of_the_docs())
    assert {path.name for path in pictures.FOLDER.iterdir()} == drawn.keys()
    for name, content in drawn.items():
        assert (pictures.FOLDER / name).read_bytes() == content, "run python -m tests.pictures"
