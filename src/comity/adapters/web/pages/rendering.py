"""Templates become HTML; every value in them is escaped, and nothing in it controls the page."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request
from markupsafe import Markup, escape

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.exporters.sentences import citation, link_of, named_code, sentence
from comity.adapters.interchange.safe_text import printable
from comity.adapters.web.access import SIGN_IN, Caller, address_of_signing_in, who_asks
from comity.adapters.web.pages.links import Link, ServerLinks
from comity.adapters.web.pages.telling import at_words, is_day, told
from comity.adapters.web.pages.words import words


class Frame(NamedTuple):
    """What stands around a page: who makes its links, who reads it, and where they sign in.

    `sign_in` is empty where nobody can, or where somebody has.
    """

    link: Link
    caller: Caller | None = None
    sign_in: str = ""

    @classmethod
    def of(cls, request: Request[Any, Any, Any], link: Link | None = None) -> Frame:
        """What stands around the answer to a request, whether or not it tells who asks."""
        caller = who_asks(request)
        is_known = caller.author or request.url.path == SIGN_IN
        can = bool(request.app.state.settings.tokens) and not is_known
        return cls(link or ServerLinks(), caller, address_of_signing_in(request) if can else "")

    def page(self, template: str, **values: object) -> str:
        """A template with its values."""
        around: dict[str, Any] = {"link": self.link, "sign_in": self.sign_in}
        around |= {"caller": self.caller} if self.caller else {}
        return rendered(template, **around, **values)


def rendered(template: str, **values: object) -> str:
    """A template with its values; without `link`, its links are those of a server."""
    return _templates().get_template(template).render({"link": ServerLinks(), **values})


def script_json(value: object) -> Markup:
    """JSON that can stand in a `<script>`: nothing in it ends the element."""
    text = as_json(value)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def verbatim(text: str) -> Markup:
    """Text that stands in an input: escaped, and else exactly what it is."""
    return escape(text)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("comity.adapters.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_on_one_line,
    )
    given: dict[str, Any] = environment.globals
    given |= {
        "words": words(), "told": told, "is_day": is_day, "at_words": at_words,
        "named_code": named_code, "sentence": sentence, "citation": citation, "link_of": link_of,
        "script_json": script_json,
    }  # fmt: skip
    return environment


def _on_one_line(value: object) -> object:
    """Text without controls and without marks of the direction of writing: they are written out."""
    return printable(value) if type(value) is str else value
