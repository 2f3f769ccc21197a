"""A new event kind and a new view, each added to a copy of the package by touching few files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import NamedTuple

import pytest

from tests.effort import PATIENCE

SOURCE = Path(__file__).parents[2] / "src" / "comity"
FILES_FOR_A_KIND = 3
FILES_FOR_A_KIND_WITH_A_LIFE = 4
"""The table of lives, too, says from which state the kind leads to which."""
FILES_FOR_A_VIEW = 3


class Patch(NamedTuple):
    """Text to put behind the `anchor`, which stands once in the file; without one, a new file."""

    path: str
    anchor: str
    text: str


class Package:
    """A copy of comity that can be added to and run."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "comity"
        self.touched = set[str]()
        copytree(SOURCE, self.root, ignore=ignore_patterns("__pycache__"))

    def apply(self, *patches: Patch) -> None:
        """Make the additions, and note which files they touch."""
        for path, anchor, text in patches:
            self.touched.add(path)
            self._add(self.root / path, anchor, text)

    def _add(self, file: Path, anchor: str, text: str) -> None:
        if not anchor:
            assert not file.exists()
            file.write_text(text, encoding="utf-8")
            return
        before = file.read_text(encoding="utf-8")
        assert before.count(anchor) == 1, f"{file.name} has {anchor!r} {before.count(anchor)} times"
        file.write_text(before.replace(anchor, anchor + text), encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python on the copy."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root.parent, capture_output=True, text=True, check=False, timeout=PATIENCE,
            env=os.environ | {"PYTHONPATH": str(self.root.parent), "NO_COLOR": "1"},
        )  # fmt: skip

    def output(self, *arguments: str) -> str:
        """Run Python on the copy; answer what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)


def test_the_copy_is_what_runs(package: Package) -> None:
    path = package.output("-c", "import comity; print(comity.__file__)").strip()
    assert Path(path) == package.root / "__init__.py"


# An event kind


CLASS = Patch(
    "domain/events/measures.py",
    '    verb: ClassVar[str] = "lifted its measure against"\n',
    '''

class MeasureTightened(MeasureExtended, frozen=True):
    """One party (`by`) made its measure against another (`on`) harder."""

    verb: ClassVar[str] = "tightened its measure against"
''',
)
UNION = (
    Patch(
        "domain/events/__init__.py",
        "from comity.domain.events.measures import ",
        "MeasureTightened, ",
    ),
    Patch("domain/events/__init__.py", "AnyEvent = (\n", "    MeasureTightened |\n"),
)
ROW = Patch(
    "domain/lives/table.py",
    '        Row("measure-lifted", "in-force", "lifted"),\n',
    '        Row("measure-tightened", "in-force", "in-force"),\n',
)
SECTION = (
    Patch(
        "projections/sections/measures.py",
        "from comity.domain.events import MeasureExtended, MeasureImposed, MeasureLifted",
        ", MeasureTightened",
    ),
    Patch(
        "projections/sections/measures.py",
        "MeasureExtended: _changed, MeasureLifted: _changed",
        ", MeasureTightened: _changed",
    ),
)
KIND_IN_USE = """
import comity
from comity.domain.events import MeasureTightened

with comity.open("relations.db") as engine:
    engine.append(
        comity.MeasureImposed(measure="ban", by="SUN", on="PAK", when="1980", kind="embargo"),
        MeasureTightened(measure="ban", by="SUN", on="PAK", when="1985", kind="boycott"),
    )
    [_, entry] = engine.timeline("PAK", "SUN")
    assert type(entry.event) is MeasureTightened
    [measure] = engine.state("PAK", "SUN", on="1986-01-01").measures
    assert (measure.kind, measure.since) == ("boycott", "1980")
    [measure] = engine.state("PAK", "SUN", on="1984-01-01").measures
    assert measure.kind == "embargo"
    lifted = comity.MeasureLifted(measure="ban", by="SUN", on="PAK", when="1986")
    late = MeasureTightened(measure="ban", by="SUN", on="PAK", when="1987")
    try:
        engine.append(lifted, late, strict=True)
    except comity.IncoherentHistory as refused:
        [found] = refused.findings
    assert (found.kind, found.events) == ("out-of-place", (late.id,))
"""


def test_an_event_kind_that_moves_a_life_is_added_in_four_files(package: Package) -> None:
    package.apply(CLASS, *UNION, ROW, *SECTION)
    assert len(package.touched) <= FILES_FOR_A_KIND_WITH_A_LIFE
    package.output("-c", KIND_IN_USE)
    line = (
        '{"type": "measure-tightened", "measure": "curb", "by": "RUS", "on": "PAK", "when": "%s"}'
    )
    Path(package.root.parent / "more.jsonl").write_text(line % 1993, encoding="utf-8")
    package.output("-m", "comity", "append", "more.jsonl", "--store", "relations.db")
    asked = ("timeline", "PAK-RUS", "--store", "relations.db", "--wide", "--codes")
    shown = package.output("-m", "comity", *asked)
    assert "SUN tightened its measure against PAK: boycott (ban)" in shown
    assert "RUS tightened its measure against PAK" in shown
    Path(package.root.parent / "bad.jsonl").write_text(line % "soon", encoding="utf-8")
    refused = package.run("-m", "comity", "append", "bad.jsonl", "--store", "relations.db")
    assert "soon" in refused.stderr


def test_an_event_kind_that_no_section_reads_is_refused_at_import(package: Package) -> None:
    package.apply(CLASS, *UNION, ROW)
    refused = package.run("-c", "import comity.projections.state")
    assert refused.returncode != 0
    assert "MeasureTightened" in refused.stderr
    assert "comity/projections/sections" in refused.stderr


def test_an_event_kind_that_is_in_no_life_is_refused_at_import(package: Package) -> None:
    package.apply(CLASS, *UNION, *SECTION)
    refused = package.run("-c", "import comity")
    assert refused.returncode != 0
    assert "MeasureTightened" in refused.stderr
    assert "comity/domain/lives/table.py" in refused.stderr


# An event kind without a life, but with a field and a finding of its own


REVIEW = (
    Patch(
        "domain/events/measures.py",
        "from __future__ import annotations\n\n",
        "from typing import Literal\n",
    ),
    Patch(
        "domain/events/measures.py",
        CLASS.anchor,
        '''

class MeasureReviewed(_Measure, frozen=True):
    """One party (`by`) reviewed its measure against another (`on`)."""

    subject: ClassVar[Subject] = ""
    phase: ClassVar[Phase] = Phase.HAPPENS
    verb: ClassVar[str] = "reviewed its measure against"

    outcome: Literal["prolong", "end"] = "prolong"
    """What was decided."""
''',
    ),
    Patch(
        "domain/events/__init__.py",
        "from comity.domain.events.measures import ",
        "MeasureReviewed, ",
    ),
    Patch("domain/events/__init__.py", "AnyEvent = (\n", "    MeasureReviewed |\n"),
)
REVIEW_SECTION = (
    Patch(
        "projections/sections/measures.py",
        "from __future__ import annotations\n\n",
        "from collections.abc import Iterator\n",
    ),
    Patch(
        "projections/sections/measures.py",
        "from comity.domain.events import MeasureExtended, MeasureImposed, MeasureLifted",
        ", MeasureReviewed\nfrom comity.projections.findings import Finding, finding",
    ),
    Patch(
        "projections/sections/measures.py",
        "    measures: dict[tuple[str, str], MeasureState] = {}\n",
        "    reviews: dict[str, MeasureReviewed] = {}\n",
    ),
    Patch(
        "projections/sections/measures.py",
        "    measure.expires = event.expires\n",
        '''

def _reviewed(measures: MeasuresState, event: MeasureReviewed, _state: WorkingState) -> None:
    measures.reviews[event.measure] = event


def _findings(measures: MeasuresState, _state: WorkingState) -> Iterator[Finding]:
    """Measures in force that should have been lifted."""
    for measure in measures.measures.values():
        review = measures.reviews.get(measure.measure)
        if review and review.outcome == "end" and measure.stand.status == "in-force":
            message = f"measure {review.measure!r} is in force; its review ended it"
            yield finding("review-not-followed", message, review)
''',
    ),
    Patch(
        "projections/sections/measures.py",
        "MeasureExtended: _changed, MeasureLifted: _changed",
        ", MeasureReviewed: _reviewed",
    ),
    Patch(
        "projections/sections/measures.py",
        "    empty=tuple[Measure, ...],\n",
        "    findings=_findings,\n",
    ),
)
REVIEW_IN_USE = """
import comity
from comity.domain.events import MeasureReviewed

of_ban = {"measure": "ban", "by": "RUS", "on": "PAK"}
imposed = comity.MeasureImposed(**of_ban, when="1993")
review = MeasureReviewed(**of_ban, when="1994", outcome="end")

def findings(engine, day):
    return [(f.kind, f.events) for f in engine.state("PAK-RUS", on=day).findings]

with comity.open("relations.db") as engine:
    for _ in range(2):
        engine.append(imposed, review, comity.MeasureLifted(**of_ban, when="1996"))
        assert findings(engine, "1993-12-31") == []
        [found] = findings(engine, "1995-01-01")
        assert found == ("review-not-followed", (review.id,))
        assert findings(engine, "1997-01-01") == []
        [_, entry, _] = engine.timeline("PAK-RUS")
        assert entry.event.outcome == "end"
        engine.materialize(comity.StateProjection())
"""


def test_an_event_kind_with_a_field_and_a_finding_is_added_in_three_files(
    package: Package,
) -> None:
    package.apply(*REVIEW, *REVIEW_SECTION)
    assert len(package.touched) <= FILES_FOR_A_KIND
    package.output("-c", REVIEW_IN_USE)
    line = (
        '{"type": "measure-reviewed", "measure": "fee", "by": "RUS", "on": "PAK", "when": "1999", '
        '"outcome": "%s"}'
    )
    lines = Path(package.root.parent / "more.jsonl")
    lines.write_text(line % "end", encoding="utf-8")
    package.output("-m", "comity", "append", "more.jsonl", "--store", "relations.db")
    shown = package.output("-m", "comity", "timeline", "PAK-RUS", "--store", "relations.db")
    assert "1999" in shown
    lines.write_text(line % "perhaps", encoding="utf-8")
    refused = package.run("-m", "comity", "append", "more.jsonl", "--store", "relations.db")
    assert refused.returncode != 0
    assert "outcome" in refused.stderr
    assert "prolong" in refused.stderr


# A view


VIEW = Patch(
    "projections/views/speakers.py",
    "",
    '''"""Who spoke last across relationships: the parties whose statements are recorded."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.section import WorkingState
from comity.projections.sections.statements import STATEMENTS
from comity.projections.views.view import Table, View


class Speaker(Struct, frozen=True, kw_only=True):
    """A party of a relationship that has spoken, and when it last did."""

    relationship: str
    by: str
    when: str


class SpeakersProjection(SectionsProjection[tuple[Speaker, ...]]):
    """Those who spoke, by code."""

    name = "speakers"
    sections = (STATEMENTS,)

    def finish(self, state: WorkingState, on: date) -> tuple[Speaker, ...]:
        """The parties that spoke, by code."""
        return tuple(
            Speaker(relationship=state.relationship, by=by, when=statement.when)
            for by, statement in STATEMENTS.answer(state, on).items()
        )


VIEW = View(
    name="speakers",
    projection=SpeakersProjection,
    help="Who spoke last.",
    table=Table[Speaker](
        {
            "relationship": lambda s: s.relationship,
            "by": lambda s: s.by,
            "when": lambda s: s.when,
        }
    ),
)
''',
)
METHOD = (
    Patch(
        "engine/day_views.py",
        "from comity.projections.views.series import RelationshipSeries, SeriesProjection\n",
        "from comity.projections.views.speakers import Speaker, SpeakersProjection\n",
    ),
    Patch(
        "engine/day_views.py",
        "    _runner: QueryRunner\n",
        '''
    def speakers(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        progress: Progress | None = None,
    ) -> tuple[Speaker, ...]:
        """The parties that have spoken, and when each last did. Asked as `state` is."""
        answers = self._runner.answers_of(
            SpeakersProjection(), parties, on, known_at, certainty, progress=progress
        )
        return tuple(chain.from_iterable(answers.values()))
''',
    ),
)
LISTED = (
    Patch("projections/views/catalogue.py", "    series,\n", "    speakers,\n"),
    Patch("projections/views/catalogue.py", "    series.VIEW,\n", "    speakers.VIEW,\n"),
)
VIEW_IN_USE = """
import comity
from comity.projections.registry import BUILT_IN

with comity.open("relations.db") as engine:
    engine.append(
        comity.StatementMade(by="PAK", parties=("PAK", "RUS"), when="2022"),
        comity.StatementMade(by="PAK", parties=("PAK", "RUS"), when="2023"),
        comity.StatementMade(by="IND", parties=("IND", "RUS"), when="2023-06"),
    )
    speakers = engine.speakers("RUS", on="2022-12-31")
    assert [(s.relationship, s.by, s.when) for s in speakers] == [("PAK-RUS", "PAK", "2022")]
    engine.materialize(BUILT_IN["speakers"]())
    assert len(engine.speakers()) == 2
"""


def test_a_view_is_added_in_three_files(package: Package) -> None:
    package.apply(VIEW, *METHOD, *LISTED)
    assert len(package.touched) <= FILES_FOR_A_VIEW
    package.output("-c", VIEW_IN_USE)
    shown = package.output("-m", "comity", "speakers", "--store", "relations.db")
    rows = [line.split() for line in shown.splitlines()]
    assert ["IND-RUS", "IND", "2023-06"] in rows
    assert ["PAK-RUS", "PAK", "2023"] in rows
    listed = package.output("-m", "comity", "projections", "--store", "relations.db")
    assert "speakers" in listed
    replayed = package.output("-m", "comity", "replay", "speakers", "--store", "relations.db")
    assert "2023-06" in replayed
