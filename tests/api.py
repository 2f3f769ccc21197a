"""What the declarations and docstrings of the package say of its public names, as Markdown.

griffe reads them from the source, so nothing is imported and every type is as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe

SOURCE = Path(__file__).parents[1] / "src"
BESIDE = ("copy", "merge", "open", "restore")
"""Public functions that are not in `__all__`, since they would shadow what Python has."""

_WIDEST = 88
_HELD = {"instance-attribute", "property", "cached"}


@cache
def package() -> griffe.Module:
    """The whole package, with its imports followed."""
    module = griffe.load("comity", search_paths=[SOURCE], resolve_aliases=True)
    assert isinstance(module, griffe.Module)
    return module


def public_names() -> list[str]:
    """Every public name, in order."""
    exports = package().exports or []
    return sorted({*BESIDE, *(name if isinstance(name, str) else name.name for name in exports)})


@cache
def declared(name: str) -> griffe.Object:
    """Where a public name is declared."""
    found = package()[name]
    return found.final_target if isinstance(found, griffe.Alias) else found


def bases(name: str) -> list[str]:
    """The classes of the package from which a class is made, the nearest first."""
    found = declared(name)
    return [base.name for base in found.mro()] if isinstance(found, griffe.Class) else []


def prose(thing: griffe.Object | griffe.Alias) -> str:
    """What the docstring says, without its example."""
    text = thing.docstring.value if thing.docstring else ""
    return text.partition(">>>")[0].strip()


def call(function: griffe.Function, name: str) -> str:
    """How a function is called: a block of one line, or of one for each parameter."""
    parameters = [str(parameter) for parameter in _parameters(function)]
    returned = f" -> {function.returns}" if function.returns else ""
    line = f"{name}({', '.join(parameters)}){returned}"
    if len(line) > _WIDEST:
        line = f"{name}(\n    " + ",\n    ".join(parameters) + f",\n){returned}"
    return f"```text\n{line}\n```\n"


def _parameters(function: griffe.Function) -> Iterator[str]:
    is_named = False
    for parameter in function.parameters:
        kind = parameter.kind
        if parameter.name in {"self", "cls"} or parameter.name.startswith("_"):
            continue
        if kind is griffe.ParameterKind.keyword_only and not is_named:
            yield "*"
        is_named = is_named or kind in {
            griffe.ParameterKind.keyword_only, griffe.ParameterKind.var_positional
        }  # fmt: skip
        yield _told(parameter)


def _told(parameter: griffe.Parameter) -> str:
    star = {
        griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"
    }.get(parameter.kind or griffe.ParameterKind.positional_or_keyword, "")  # fmt: skip
    kind = f": {parameter.annotation}" if parameter.annotation else ""
    has_default = parameter.default is not None and not star
    return f"{star}{parameter.name}{kind}" + (f" = {parameter.default}" if has_default else "")


def members(found: griffe.Class) -> Iterator[griffe.Object]:
    """The public members of a class, first those of the public classes that it is made from.

    What a class of the package's own asks of it (`validate`) is left out, with what overrides it.
    """
    inner = [base for base in found.mro() if base.name not in public_names()]
    hidden = {name for base in inner for name in base.members}
    for name, member in found.all_members.items():
        if not name.startswith("_") and name not in hidden:
            yield member.final_target if isinstance(member, griffe.Alias) else member


def fields(found: griffe.Class) -> str:
    """The fields and properties of a class, one on a line."""
    lines: list[str] = []
    for member in members(found):
        if not isinstance(member, griffe.Attribute) or not member.labels & _HELD:
            continue
        kind = f": `{member.annotation}`" if member.annotation else ""
        told = " ".join(prose(member).split())
        lines.append(f"- `{member.name}`{kind}" + (f". {told}" if told else "") + "\n")
    return "".join(lines)


def methods(found: griffe.Class, prefix: str, heading: str) -> Iterator[str]:
    """Each method of a class that has a docstring: how it is called and what it does."""
    for member in members(found):
        if isinstance(member, griffe.Function) and prose(member):
            yield method(member, prefix, heading)


def method(function: griffe.Function, prefix: str, heading: str) -> str:
    """One method under its heading."""
    name = f"{prefix}{function.name}"
    return f"{heading} {name}\n\n{call(function, name)}\n{prose(function)}\n"
