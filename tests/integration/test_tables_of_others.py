"""Tables that others published, each by a mapping of a few lines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from comity.adapters.interchange.importers import Faulty, ImportSettings, Told, read_file
from comity.domain.events import Event
from tests.tables import write

VISITS = """
    type = "meeting-held"
    [fields]
    when = { from = "start_date", to = "end_date" }
    visitor = "country"
    meeting = { column = "id", prefix = "us-visits-" }
    heads.visitor = "visitor"
    note = "description"
    [constants]
    host = "United States"
    kind = "visit"
"""
CHIEFS = """
    [fields]
    host = "territory"
    name = "person"
    [constants]
    sender = "USA"
    [[events]]
    type = "envoy-appointed"
    fields.when = "appointed"
    [[events]]
    type = "credentials-presented"
    fields.when = "presented_credentials"
    [[events]]
    type = "envoy-departed"
    fields.when = "mission_ended"
"""


def test_visits_to_the_united_states_are_read_but_for_a_few_names(
    shared_data: Path, tmp_path: Path
) -> None:
    file = shared_data / "history_state_gov" / "visits_by_foreign_leaders_to_us.csv"
    settings = ImportSettings(write(tmp_path, "mapping.toml", VISITS))
    outcomes = list(read_file("csv", file, settings=settings))
    assert sum(outcome.rows for outcome in outcomes) == 3264
    faults = [outcome for outcome in outcomes if isinstance(outcome, Faulty)]
    assert len(faults) <= 4
    assert all(
        reason.startswith("column 'country' (") and "Unknown party" in reason
        for fault in faults
        for reason in fault.reasons
    )


def test_a_chief_of_mission_is_up_to_three_events(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "history_state_gov" / "us_chiefs_of_mission.csv"
    settings = ImportSettings(write(tmp_path, "mapping.toml", CHIEFS))
    outcomes = list(read_file("csv", file, settings=settings))
    assert sum(outcome.rows for outcome in outcomes) == 5743
    told = [outcome.record for outcome in outcomes if isinstance(outcome, Told)]
    kinds = Counter(event.type for event in told if isinstance(event, Event))
    assert set(kinds) == {"envoy-appointed", "credentials-presented", "envoy-departed"}
    assert sum(kinds.values()) > 12_000


@pytest.mark.parametrize(
    "name",
    [
        "history_state_gov/us_travels_abroad.csv",
        "missions/database_of_embassies_2021-11-13.csv",
        "pakistan_russia/pak_rus_claims.csv",
        "sanctions/GSDB_V4.csv",
    ],
)
def test_a_mapping_is_suggested_for_each_of_them(shared_data: Path, name: str) -> None:
    import tomllib

    from comity.adapters.interchange.importers import importer, input_files

    suggest = importer("csv").suggest
    assert suggest is not None
    with input_files(shared_data / name) as opened:
        told = tomllib.loads(suggest(next(iter(opened)), ImportSettings()))
    assert "fields" in told
