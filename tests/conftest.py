"""What every test may use: how hard hypothesis tries, and where the shared data is."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"

# A slow machine is no failure, so no deadline; in CI the same examples every time.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of shared data beside the checkout, or skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared data is not beside this checkout (../shared/data)")
    return SHARED_DATA
