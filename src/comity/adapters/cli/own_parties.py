"""The user's own organisations on the command line: a file of JSON that an environment names."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from comity.domain.errors import InvalidValue
from comity.domain.parties import Organisation

VARIABLE = "COMITY_PARTIES"
"""The environment variable that names the file."""


def own_organisations() -> list[Organisation]:
    """The organisations in the file that COMITY_PARTIES names; none if it names no file.

    The file is a JSON list of objects with the fields of `comity.Organisation`. Raises
    `InvalidValue` if it cannot be read.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return []
    expected = "the path of a JSON list of organisations"
    try:
        content = Path(name).read_bytes()
        return msgspec.json.decode(content, type=list[Organisation])
    except (OSError, ValueError) as error:
        raise InvalidValue(VARIABLE, name, f"{expected}: {error}") from None
