"""StateCache: states of relationships at some days, so that no question folds from the start."""

from __future__ import annotations

from comity.domain.scope import Scope, scopes_of
from comity.materialized.materializer import Materializer
from comity.materialized.memory_store import MemoryProjectionStore
from comity.projections.state import RelationshipState, StateProjection
from comity.query.runner import Asked_, QueryRunner

_MOST = 64 * 2**20
"""Bytes of snapshots that an engine keeps for itself."""


class StateCache:
    """Answers for the state of a relationship, from the snapshots in the store if it keeps any.

    Otherwise from the engine's own, in memory: made when a relationship is asked about again, and
    dropped from the first day on that anything recorded since bears on.
    """

    def __init__(self, asking: QueryRunner) -> None:
        self._stored = Materializer(asking, asking.store.projections, StateProjection())
        self._own = Materializer(asking, MemoryProjectionStore(most=_MOST), StateProjection())
        self._asked: set[str] = set()

    def state(self, seen: Scope, asked: Asked_) -> RelationshipState:
        """The state of a relationship, the same with snapshots and without."""
        if self._stored.build() is not None:
            return self._stored.answer(seen, asked)
        self._own.follow(asked.upto)
        again = seen.key in self._asked and _is_followed(seen)
        self._asked.add(seen.key)
        return self._own.answer(seen, asked, remember=again)


def _is_followed(seen: Scope) -> bool:
    """Whether recording drops the view's snapshots: it does of pairs as they are named now."""
    return len(seen.parties) == 2 and seen in scopes_of(seen.key)
