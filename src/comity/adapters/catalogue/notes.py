"""What the source says of a kind: the notes below its fields, and the example in its docstring."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from comity.domain.events import Event

_EXAMPLE = re.compile(r"^>>> (?P<first>.*)\n(?P<rest>(?:\.\.\. .*\n?)*)", re.MULTILINE)


def described(kind: type[Event]) -> str:
    """The docstring of a kind without its example; empty where Python left docstrings out."""
    return inspect.cleandoc(kind.__doc__ or "").partition(">>>")[0].strip()


def example(kind: type[Event]) -> Event | None:
    """The event that the docstring of a kind makes; None where Python left docstrings out."""
    found = _EXAMPLE.search(inspect.cleandoc(kind.__doc__ or ""))
    if found is None:
        return None
    source = "\n".join([found["first"], *re.findall(r"^\.\.\. (.*)", found["rest"], re.MULTILINE)])
    node = ast.parse(source.strip(), mode="eval").body
    while isinstance(node, ast.Attribute):  # what the example shows of the event
        node = node.value
    made = _made(node, vars(sys.modules[kind.__module__]))
    return made if isinstance(made, kind) else None


def _made(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What an expression of calls and literals makes; nothing else is evaluated."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        values = [_made(value, names) for value in node.args]
        fields = {word.arg: _made(word.value, names) for word in node.keywords if word.arg}
        return names[node.func.id](*values, **fields)
    if isinstance(node, ast.Tuple):
        return tuple(_made(item, names) for item in node.elts)
    return ast.literal_eval(node)


def field_notes(kind: type[Event]) -> dict[str, str]:
    """The note below each field that has one, where the source can be read."""
    notes: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        notes |= _notes_in(base.__module__).get(base.__name__, {})
    return {name: note for name, note in notes.items() if name in kind.__struct_fields__}


@lru_cache(maxsize=32)
def _notes_in(module: str) -> dict[str, dict[str, str]]:
    """The notes in a module, by class and field."""
    if not module.startswith("comity."):
        return {}
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, KeyError, SyntaxError):
        return {}
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return {node.name: dict(_notes_of(node)) for node in classes}


def _notes_of(node: ast.ClassDef) -> list[tuple[str, str]]:
    return [
        (field.target.id, inspect.cleandoc(note.value.value).replace("\n", " "))
        for field, note in zip(node.body, node.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(note, ast.Expr)
        and isinstance(note.value, ast.Constant)
        and isinstance(note.value.value, str)
    ]
