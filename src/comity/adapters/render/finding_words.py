"""A finding in words: its kind, and its message with dates as a person would say them."""

from __future__ import annotations

import re

from comity.adapters.interchange.exporters.code_words import choice_words, load_words
from comity.adapters.interchange.exporters.dates_in_sentences import capital, dated, noun_words
from comity.adapters.interchange.exporters.sentences import the
from comity.domain.errors import InvalidDate
from comity.domain.events import CATALOGUE
from comity.projections.findings import Finding

_DATE = re.compile(
    r"(?<![\w'\"/.-])(?P<on>on )?"
    r"(?P<when>(?:\[[0-9X.,-]+\]|(?:\.\.)?/?[0-9X]{4}-[0-9X]{2}[0-9X?~%./:T+Z-]*|"
    r"[0-9]{3}[0-9X][?~%]?(?:/[0-9.]*)?))(?![\w'\"/])"
)
"""What can be EDTF, with a preposition; a plain year needs one."""
_KIND = re.compile(r"(?<![\w'-])[a-z]+(?:-[a-z]+)+(?![\w'-])")
_CODE = re.compile(r"(?<![\w'/-])[A-Z]{3}(?![\w'/-])")
_FIELDS = {"when": "date"}


def finding_words(finding: Finding) -> str:
    """`Ends nothing: mission closed in 2022, …`."""
    message = finding.message
    if field := finding.field:
        name = _FIELDS.get(field, field.replace("_", " "))
        message = message.replace(f": {field} is ", f": {name} is ", 1)
    message = load_words(_KIND.sub(_kind, message), 0)
    message = _CODE.sub(lambda found: the(found[0]), _DATE.sub(_date, message))
    return f"{capital(choice_words(finding.kind))}: {message}"


def _kind(found: re.Match[str]) -> str:
    return choice_words(found[0]) if found[0] in CATALOGUE else found[0]


def _date(found: re.Match[str]) -> str:
    when = found["when"].rstrip(":.") if not found["when"].endswith("..") else found["when"]
    rest = found["when"][len(when) :]
    if not found["on"] and when.isdigit():
        return found[0]
    try:
        return (dated(when) if found["on"] else noun_words(when)) + rest
    except InvalidDate:
        return found[0]
