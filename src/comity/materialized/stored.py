"""What the store keeps of materialized timelines besides their snapshots."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from comity.ports import Build, LogStore, Start
from comity.query.snapshots import Snapshots


class StoredSnapshots(Snapshots):
    """Knows which links are unsettled on the timelines of a build."""

    def __init__(self, store: LogStore) -> None:
        self._store = store

    def unsettled(
        self, starts: Mapping[str, Start], links: Mapping[str, Collection[int]]
    ) -> Mapping[str, Collection[int]]:
        """By key, which of these links are unsettled on its timeline."""
        found = {key: starts[key].unsettled & set(own) for key, own in links.items()}
        by_build: dict[Build, dict[str, Collection[int]]] = {}
        for key, own in links.items():
            if (build := starts[key].build) is not None:
                by_build.setdefault(build, {})[key] = own
        for build, of_build in by_build.items():
            for key, stored in self._store.projections.unsettled(build, of_build).items():
                found[key] |= stored
        return found
