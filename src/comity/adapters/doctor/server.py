"""How a store is that is no file: what an engine says that only reads it."""

from __future__ import annotations

from collections.abc import Callable

import comity
from comity.adapters.doctor.health import Build, Health, tell
from comity.adapters.doctor.problems import Problem, problem_of
from comity.domain.errors import StoreError
from comity.engine import TimelineEngine


def examine_server(
    address: str, problems: list[Problem], *, quick: bool, progress: Callable[[int], None]
) -> Health:
    """Ask for what can be asked, and add to `problems` what is not well. Nothing is written."""
    health = Health()
    try:
        with comity.open(address, read_only=True) as engine:
            _ask(engine, health)
            if not quick:
                verification = engine.verify(progress=progress)
                tell(verification, health, problems, _OF_DAMAGE)
    except StoreError as error:
        problems.append(problem_of(error))
    return health


def _ask(engine: TimelineEngine, health: Health) -> None:
    health.events = engine.position
    health.relationships = len(engine.relationships())
    health.projections = [
        Build(each.name, each.version, each.live, each.position, each.lag)
        for each in engine.projections()
    ]
    for first in engine.events():
        health.first_recorded = first.recorded_at
        break
    for last in engine.events(after=engine.position - 1) if engine.position else ():
        health.last_recorded = last.recorded_at


_OF_DAMAGE = "restore it from a backup of the server; `comity verify` says more"
