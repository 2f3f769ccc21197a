"""How an archive in Parquet is: what its manifest says, and whether its files are so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from comity.adapters.archive.places import SCHEME
from comity.adapters.archive.reading import ParquetArchive
from comity.adapters.archive.soundness import unsound_files
from comity.adapters.doctor.health import Health
from comity.adapters.doctor.problems import Problem, problem_of
from comity.domain.errors import ComityError

_ADVICE = "make it anew from its store: comity archive STORE DIR --compact"


def examine_archive(
    address: str, problems: list[Problem], *, quick: bool, progress: Callable[[int], None]
) -> Health:
    """Read what can be read, and add to `problems` what is not well. Nothing is written."""
    health, folder = Health(), Path(address.removeprefix(SCHEME)).absolute()
    try:
        archive = ParquetArchive(folder)
        manifest = archive.manifest
        health.events, health.last_recorded = manifest.position, manifest.recorded_at
        found = list(unsound_files(folder, manifest, quick=quick, progress=progress))
        problems += [Problem(f"{each.file}: {each.reason}", _ADVICE) for each in found]
        if not quick:
            health.verified = not found
            health.digest = None if found else manifest.digest
        with closing(archive.store()) as store:
            health.relationships = len(store.streams())
    except ComityError as error:
        problem = problem_of(error)
        problems.append(Problem(problem.what, _ADVICE, problem.note))
    return health
