"""What every test may use: how hypothesis draws, and where the shared data is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from comity.domain.parties import forget_organisations
from tests.effort import PYTHON, TORTURE, TRIED, UNMEASURED, rounds
from tests.servers.plugin import postgres_address, pytest_configure, pytest_unconfigure
from tests.stores import LASTING, STORES, a_place, a_store

__all__ = ["postgres_address", "pytest_configure", "pytest_unconfigure"]  # pytest looks here

LONG = ("e2e", "browser")
"""The folders of tests that start processes and browsers."""
SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"

# A slow machine is no failure, so no deadline. In CI the same examples every time; in torture new
# ones, which is what it is for.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("torture", deadline=None, max_examples=rounds(100), print_blob=True)
settings.load_profile("torture" if TORTURE else "ci" if os.environ.get("CI") else "dev")


@pytest.hookimpl(trylast=True)  # after hypothesis has marked what is its own
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace no property test for coverage, and begin with the tests that take longest.

    Property tests within a plain test say so themselves. What is long and last would be run by one
    process while the others have nothing left to do.
    """
    for item in items:
        if item.get_closest_marker("hypothesis"):
            item.add_marker(UNMEASURED)
    items.sort(key=lambda item: item.path.parent.name not in LONG)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on which Pythons the wheel was tried, and what `make torture` tried."""
    told = [
        (name, value, result)
        for result in ("passed", "failed")
        for report in terminalreporter.getreports(result)
        for name, value in report.user_properties
    ]
    if pythons := [str(value) for name, value, _ in told if name == PYTHON]:
        terminalreporter.section("the wheel")
        terminalreporter.write_line(f"tried on Python {', '.join(sorted(pythons))}")
    if TORTURE:
        terminalreporter.section("what was tried")
        for name, value, result in told:
            if name == TRIED:
                terminalreporter.write_line(f"{value} ({result})")


@pytest.fixture(autouse=True)
def no_organisations_left() -> Iterator[None]:
    """Forget the organisations that a test added: they hold for a whole process."""
    yield
    forget_organisations()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of shared data beside the checkout, or skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared data is not beside this checkout (../shared/data)")
    return SHARED_DATA


@pytest.fixture(params=STORES)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty store, of each kind."""
    with a_store(request.param) as address:
        yield address


@pytest.fixture(params=LASTING)
def lasting_address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty store, of each kind that can be opened again."""
    with a_store(request.param) as address:
        yield address


@pytest.fixture(params=LASTING)
def lasting_place(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a store that is not made yet, of each kind that can be opened again."""
    with a_place(request.param) as address:
        yield address
