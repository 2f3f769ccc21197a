"""A first mapping for a table, by what its columns seem to hold: TOML, to be edited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePath

from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.tables.cells import Row, shown
from comity.adapters.interchange.importers.tables.guessing import (
    FIRST_YEAR,
    Column,
    guess,
    is_level,
    is_total,
)
from comity.adapters.interchange.importers.tables.layout import TableRows
from comity.adapters.interchange.importers.tables.toml_text import date_formats_told, key, quoted
from comity.domain.events import CATALOGUE

_LOOKED_AT = 5_000
_ENDS = r"\bend|until|\bto\b|clos|lift|expir|terminat|depart|left"
_TITLES = r"title|subject|event|descri|purpose|topic|name|occasion|what|betreff|titel|summary"
_SORTS = r"type|kind|categor|\bart$"
_PERSONS = r"guest|leader|\bhead|person|dignitary|who"
_PLACES = r"place|venue|city|locat|where|\bort\b|lieu|stadt|ciudad"
_IDS = r"^(id|no\.?|nr\.?|#|num(ber)?|key|ref\w*|.*[ _]id)$"
_FIRST = (
    r"visitor|guest|send|from|origin|\bby\b|impos|sanction(ing|[eo]r)|source|buyer"
    r"|(country|state) ?1|side ?a"
)
_KINDS = (
    ("mission-opened", r"embass|mission|legation|consul"),
    ("agreement-signed", r"treat(y|ies)|agreement|convention|accord|protocol|signed|signature"),
    ("measure-imposed", r"sanction|embargo|tariff|measure|impos"),
    ("relations-established", r"diplomatic relations|relations est|established"),
    ("statement-made", r"statement|speech|speaker|quot"),
)
"""The kinds that the names of columns tell; else it is a meeting."""
_ROLES = {
    "meeting-held": ("visitor", "host"),
    "mission-opened": ("sender", "host"),
    "measure-imposed": ("by", "on"),
}
_MEETINGS = r"visit|meet|summit|talks|guest|besuch|treffen|reuni"
_ENDINGS = {"mission-opened": "mission-closed", "measure-imposed": "measure-lifted"}
"""The kinds whose end is an event of its own."""
_DIRECTED = r"visitor|guest|host|visit"


class Suggestion:
    """The lines of a mapping."""

    def __init__(self, name: str, rows: TableRows, header: int | None, names: Names) -> None:
        self._name, self._header = name, header
        self.columns = [Column(column) for column in rows.columns]
        for row in islice((row for row in rows if isinstance(row, Row)), _LOOKED_AT):
            self._take(row)
        for column in self.columns:
            guess(column, names)
        self.columns = [c for c in self.columns if c.values or not c.name.startswith("#")]
        self._used: list[Column] = []
        self._dates = [column for column in self.columns if column.is_date]
        self._parties = [column for column in self.columns if column.is_party]
        self.kind = self._guess_kind()
        self._end = self._guess_end()

    def _take(self, row: Row) -> None:
        totals = [column for column in self.columns if is_total(row.cells[column.name])]
        for column in totals:
            column.totals.append(str(row.cells[column.name]))
        for column in self.columns if not totals else ():
            column.add(row.cells[column.name])

    def lines(self) -> Iterator[str]:
        """The mapping, line by line."""
        yield "# A first mapping, guessed from the table: check it, and see"
        yield "# `comity import FORMAT FILE --mapping THIS --store … --dry-run`."
        if self._header is not None:
            yield f"header = {self._header}"
        if self._end is None:
            yield f"type = {quoted(self.kind)}  # the kind of event: see docs/reference/events.md"
        if self.kind == "meeting-held" and not any(c.is_called(_MEETINGS) for c in self.columns):
            yield "# Nothing in the table tells the kind: put in the right one."
        for column in self.columns:
            if column.is_called(r"prec(ision)?\b"):
                yield f"# {column.name}: add it as precision = {{ column = …, values = {{ … }} }}"
        yield ""
        yield "[fields]"
        yield from self._when()
        yield from self._sides()
        yield from self._subject()
        yield from self._others()
        yield from self._rest()
        if self._is_directed() and all(not c.is_called(_SORTS) for c in self.columns):
            yield from ("", "[constants]", 'kind = "visit"')
        yield from self._totals()
        yield from self._events()
        yield ""
        yield "# [source]  # who vouches for all of it"
        yield '# publisher = "…"'
        yield '# url = "https://…"'

    def _guess_kind(self) -> str:
        if any(map(is_level, self.columns)):
            return "mission-opened"
        for kind, words in _KINDS:
            if any(column.is_called(words) for column in self.columns):
                return kind
        return "meeting-held"

    def _use(self, column: Column) -> str:
        self._used.append(column)
        return quoted(column.name)

    def _free(self, words: str) -> Column | None:
        """The first column of such a name that nothing else uses."""
        free = (c for c in self.columns if c not in self._used and c.values)
        return next((c for c in free if c.is_called(words) and not c.is_party), None)

    # The date

    def _guess_end(self) -> Column | None:
        """The column of the dates on which things end, where that is an event of its own."""
        begins, ends = self._begins_and_ends()
        return ends[0] if begins and ends and self.kind in _ENDINGS else None

    def _begins_and_ends(self) -> tuple[list[Column], list[Column]]:
        dates = [c for c in self._dates if not c.is_called(r"publish|access|updat|modif|created")]
        ends = [column for column in dates if column.is_called(_ENDS)]
        return [column for column in dates if column not in ends], ends

    def _when(self) -> Iterator[str]:
        parts = [self._part(words) for words in (r"^year$|jahr", r"^month$|monat", r"^day$|^tag$")]
        if parts[0] is not None and parts[1] is not None:
            named = zip(("year", "month", "day"), parts, strict=True)
            told = [f"{key} = {self._use(part)}" for key, part in named if part is not None]
            yield f"when = {{ {', '.join(told)} }}"
            return
        begins, ends = self._begins_and_ends()
        if not begins:
            yield '# when = "…"  # no column of dates was recognised'
            return
        yield from self._hints([*begins[:1], *ends[:1]])
        if self._end is not None:
            return  # each event has its own
        if ends and self.kind == "meeting-held":
            sides = f"from = {self._use(begins[0])}, to = {self._use(ends[0])}"
            yield f"when = {{ {sides}{date_formats_told(begins[0].formats, ends[0].formats)} }}"
        else:
            yield f"when = {self._date(begins[0])}"

    def _hints(self, dates: Sequence[Column]) -> Iterator[str]:
        if any(column.is_unsure for column in dates):
            yield "# No value tells whether the day or the month comes first: keep one format."
        if any("%y" in style for column in dates for style in column.formats):
            yield f"# Two-digit years are read as {FIRST_YEAR} to {FIRST_YEAR + 99}."

    def _events(self) -> Iterator[str]:
        """The two events of a row that tells a beginning and an end."""
        if self._end is None:
            return
        begin = self._begins_and_ends()[0][0]
        for kind, column in ((self.kind, begin), (_ENDINGS[self.kind], self._end)):
            yield ""
            yield "[[events]]"
            yield f"type = {quoted(kind)}"
            yield f"fields.when = {self._date(column)}"

    def _part(self, words: str) -> Column | None:
        return next((column for column in self.columns if column.is_called(words)), None)

    def _date(self, column: Column) -> str:
        name = self._use(column)
        return (
            f"{{ column = {name}{date_formats_told(column.formats)} }}" if column.formats else name
        )

    # The parties

    def _sides(self) -> Iterator[str]:
        roles = _ROLES.get(self.kind, ())
        several = next((column for column in self._parties if column.separator), None)
        if self.kind == "meeting-held" and not self._is_directed():
            roles = ()
        pair = self._pair()
        if several is not None and len(pair) < 2:
            told = f"column = {self._use(several)}, separator = {quoted(several.separator)}"
            yield f"parties = {{ {told} }}"
        elif len(pair) < 2:
            told = "parties" if not roles else " and ".join(roles)
            yield f"# {told}: no two columns of parties were recognised; see also [constants]"
            for column in pair:
                yield f"{roles[0] if roles else 'parties'} = {self._party(column)}"
        elif roles:
            for role, column in zip(roles, pair, strict=False):
                yield f"{role} = {self._party(column)}"
        else:
            yield f"parties = {self._together(pair)}"

    def _is_directed(self) -> bool:
        """Whether it is a meeting of a visitor and a host."""
        visits = any(column.is_called(_DIRECTED) for column in self._parties)
        return self.kind == "meeting-held" and visits

    def _pair(self) -> list[Column]:
        """The first two columns of parties; the one that acts comes first."""
        single: list[Column] = []
        for column in self._parties:
            if not column.separator and all(c.codes != column.codes for c in single if c.codes):
                single.append(column)
        single.sort(key=lambda column: not column.is_called(_FIRST))
        return single[:2]

    def _party(self, column: Column) -> str:
        name = self._use(column)
        if column.scheme == "name":
            return name
        return f"{{ column = {name}, scheme = {quoted(column.scheme)} }}"

    def _together(self, pair: Sequence[Column]) -> str:
        names = f"[{', '.join(self._use(column) for column in pair)}]"
        scheme = pair[0].scheme
        return names if scheme == "name" else f"{{ columns = {names}, scheme = {quoted(scheme)} }}"

    # The rest

    def _subject(self) -> Iterator[str]:
        """The id of what the event is about, where the kind needs one."""
        event = CATALOGUE[self.kind]
        subject = event.subject
        if subject not in event.needs:
            return
        prefix = re.sub(r"[^\w]+", "-", PurePath(self._name).stem.partition(".")[0]) or "row"
        number = self._free(_IDS)
        if number is not None and len(number.texts()) == len(number.values[:60]):
            told = f"column = {self._use(number)}, prefix = {quoted(prefix + '-')}"
            yield f"{subject} = {{ {told} }}"
            return
        title = self._free(_TITLES) if subject == "agreement" else None
        ends = self._begins_and_ends()[1]
        named = [column for column in self._used if column not in ends]
        named += [title] if title is not None else []
        named += self._begins_and_ends()[0][:1] if self._end is not None else []
        if named:
            columns = ", ".join(dict.fromkeys(quoted(column.name) for column in named))
            yield f"# The id of the {subject}: rows with the same one tell of the same {subject}."
            yield f"{subject} = {{ columns = [{columns}], prefix = {quoted(prefix + ' ')} }}"

    def _others(self) -> Iterator[str]:
        known = {"venue", "city", "place", "title", "level", "text"}
        fields = [name for name in CATALOGUE[self.kind].__struct_fields__ if name in known]
        if "level" in fields and (level := next(filter(is_level, self.columns), None)):
            yield f"level = {self._use(level)}"
        if self._is_directed() and (guest := self._free(_PERSONS)) is not None:
            yield f"heads.visitor = {self._use(guest)}"
        for name in ("venue", "city", "place"):
            if name in fields and (column := self._free(_PLACES)) is not None:
                yield f"{name} = {self._use(column)}"
        if "kind" in CATALOGUE[self.kind].__struct_fields__ and (kind := self._free(_SORTS)):
            yield f"kind = {self._use(kind)}"
        yield from self._sources()
        if (title := self._free(_TITLES)) is not None:
            field = next((name for name in ("title", "text") if name in fields), "note")
            yield f"{field} = {self._use(title)}"

    def _sources(self) -> Iterator[str]:
        url, publisher = self._free(r"url|link|web"), self._free(r"^(source|publisher|quelle)")
        if publisher is not None and publisher is not url:
            yield f"sources.publisher = {self._use(publisher)}"
            if url is not None:
                yield f"sources.url = {self._use(url)}"
        elif url is not None:
            yield f"# sources.url = {self._use(url)}  # needs sources.publisher, too"

    def _rest(self) -> Iterator[str]:
        rest = [c for c in self.columns if c not in self._used and c is not self._end]
        if self._end is not None:
            rest = [column for column in rest if column is not self._begins_and_ends()[0][0]]
        if rest:
            yield "# Columns that are not read; name the field that each is, if it is one:"
        for column in rest:
            values = ", ".join(shown(text) for text in column.texts()[:3])
            examples = f"  # such as {values}" if values else "  # empty"
            yield f"# note = {quoted(column.name)}{examples}"

    def _totals(self) -> Iterator[str]:
        told = [column for column in self.columns if column.totals]
        if told:
            yield from ("", "[where]")
        for column in told:
            totals = ", ".join(map(quoted, dict.fromkeys(column.totals)))
            yield f"{key(column.name)} = {{ not = [{totals}] }}"


def suggestion(name: str, rows: TableRows, header: int | None, names: Names) -> str:
    """A first mapping for a table of this name; it can be loaded as it is."""
    return "\n".join(Suggestion(name, rows, header, names).lines()) + "\n"
