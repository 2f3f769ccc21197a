"""Counts over an archive: one question in SQL measures the events of streams, period by period."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from comity.adapters.archive.files_in_sql import FilesInSql
from comity.adapters.archive.manifest import File
from comity.domain.codelists.goldstein import SCHEME_VERSIONS, codes
from comity.domain.counting import Cell, MeasuredCell, cell_of, measure
from comity.ports import Counts

_CODES = "known_codes"
"""The table of what our tables say of a code: its quad class, and its weight in thousandths.

No code is one of two schemes: those of CAMEO are digits, those of PLOVER begin with a letter.
"""
_SPANS = """
e.relationship, e.scheme, (year(e.latest) * 12 + month(e.latest) - 1) // $months AS last,
CASE WHEN e.earliest <> e.latest
     THEN (year(e.earliest) * 12 + month(e.earliest) - 1) // $months END AS first
"""
"""The groups: `first` is null where it is sure to be the same as `last`."""
_KNOWN = f"""
SELECT {_SPANS},
       count(*) FILTER (c.quad = 1), count(*) FILTER (c.quad = 2),
       count(*) FILTER (c.quad = 3), count(*) FILTER (c.quad = 4),
       sum(c.weight)::BIGINT
FROM FILES AS e JOIN {_CODES} AS c ON c.code = e.code
WHERE true {{some}}
GROUP BY ALL
"""
_OTHERS = f"""
SELECT {_SPANS}, e.code, count(*)
FROM FILES AS e ANTI JOIN {_CODES} AS c ON c.code = e.code
WHERE e.code IS NOT NULL {{some}}
GROUP BY ALL
"""
"""Codes that our tables lack: the weight of each is its parent's, or unknown."""
_APART = "AND e.home AND len(e.links) = 0"
_LINKED = """
SELECT DISTINCT relationship FROM FILES WHERE home AND len(links) > 0 {some}
"""
_SOME = "AND relationship IN (SELECT unnest($names))"


def counts(
    sql: FilesInSql, files: Sequence[File], months: int, names: Collection[str] | None
) -> Counts:
    """The counts of the streams that are at home in some files; with `names` only of these."""
    _keep_codes(sql)
    some, parameters = ("", {}) if names is None else (_SOME, {"names": list(names)})
    # To look at the links of every event takes long, and many files have none.
    plain = [file for file in files if file.rows == file.home and not file.linked]
    mixed = [file for file in files if file not in plain]
    cells: dict[str, list[MeasuredCell]] = {}
    for own, apart in ((plain, ""), (mixed, _APART)):
        where = f"{apart} {some}"
        given: dict[str, Any] = {"months": months, **parameters}
        counted = 0
        found = sql.rows(_KNOWN.format(some=where), own, given)
        for name, scheme, last, first, one, two, three, four, weight in found:
            cell = _cell(scheme, last, first, months)
            number = one + two + three + four
            known = number, one, two, three, four, weight, 0, 0, (scheme,)
            cells.setdefault(name, []).append((cell, known))
            counted += number
        if counted == sum(file.rows for file in own):
            continue  # there are no others
        others = sql.rows(_OTHERS.format(some=where), own, given)
        for name, scheme, last, first, code, number in others:
            cell = _cell(scheme, last, first, months)
            cells.setdefault(name, []).append((cell, measure(scheme, code, number)))
    with_links = [file for file in files if file.linked]
    linked = sql.rows(_LINKED.format(some=some), with_links, parameters)
    return Counts(cells, {name for (name,) in linked})


@lru_cache(maxsize=65_536)
def _cell(scheme: str, last: int, first: int | None, months: int) -> Cell:
    end = last * months
    return cell_of(end if first is None else first * months, end, scheme, months)


def _keep_codes(sql: FilesInSql) -> None:
    known = [(code, measure(scheme, code)) for scheme in SCHEME_VERSIONS for code in codes(scheme)]
    sql.keep(
        _CODES,
        code=[code for code, _ in known],
        quad=[own[1:5].index(1) + 1 for _, own in known],
        weight=[own[5] for _, own in known],
    )
