"""What every test may use: how hypothesis draws, and where the shared data is."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.effort import TORTURE, rounds

SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"

# A slow machine is no failure, so no deadline. In CI the same examples every time; in torture new
# ones, which is what it is for.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("torture", deadline=None, max_examples=rounds(100), print_blob=True)
settings.load_profile("torture" if TORTURE else "ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of shared data beside the checkout, or skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared data is not beside this checkout (../shared/data)")
    return SHARED_DATA
