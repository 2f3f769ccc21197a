"""Searching: the engine's full-text question."""

from __future__ import annotations

from collections.abc import Iterable

from comity.domain.errors import InvalidValue
from comity.domain.events import Event, kind_tag
from comity.domain.scope import Scope, scope_for, scope_of
from comity.domain.search.found import SearchResult
from comity.domain.time.dates import period
from comity.engine.parameters import each_of
from comity.ports import LogStore
from comity.query import Day, KnownAt, Progress, QueryRunner
from comity.query.parameters import is_one_relationship


class Search:
    """What an engine finds by words."""

    _store: LogStore
    _runner: QueryRunner

    def search(
        self,
        text: str,
        *,
        parties: str | Iterable[str] = (),
        kinds: str | type[Event] | Iterable[str | type[Event]] = (),
        since: Day = None,
        until: Day = None,
        known_at: KnownAt = None,
        limit: int = 20,
        retracted: bool = False,
        progress: Progress | None = None,
    ) -> SearchResult:
        """The events that have all words of `text`, the best matches first.

        Every field and every source is searched, and the names of the parties; case and accents do
        not matter. `"quoted words"` are a phrase, and `prefix*` is any word that begins so.
        `parties` are one party, or a relationship as `timeline` takes it; `since`, `until` and
        `kinds` are those of `timeline`. What was retracted by `known_at` is found only with
        `retracted`. At most `limit` hits are given; the total and the facets are of all hits.

        The index of words catches up with the log first; `progress` is called with the position to
        which it has come. Raises `InvalidInput` errors.
        """
        from comity.domain.search.question import terms_of
        from comity.query.searching.catching_up import catch_up
        from comity.query.searching.filters import Filters
        from comity.query.searching.searching import searched

        terms, scope = terms_of(text), _scope(each_of("parties", parties))
        tags = {kind_tag(kind) for kind in each_of("kinds", kinds)}
        filters = Filters(scope, tags, period(since, until), retracted)
        if type(limit) is not int or limit < 0:
            raise InvalidValue("limit", limit, "a whole number from 0")
        self._runner.position(known_at)  # refused before the index is made
        catch_up(self._store, progress)
        with self._store.reading():
            position = self._runner.position(known_at)
            return searched(self._store, terms, filters, position, limit)


def _scope(parties: list[str]) -> Scope:
    """The scope of a relationship, of one party, or of the whole log."""
    if is_one_relationship(tuple(parties)):
        return scope_of(*parties)
    return scope_for("party" if parties else "log", tuple(parties))
