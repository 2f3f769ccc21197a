"""Where an archive is: the addresses that name one."""

from __future__ import annotations

import os

SCHEME = "parquet://"
MANIFEST = "manifest.json"
MOST_FILES = 65_536
"""A new archive has at most so many files: its events are in so many buckets."""


def is_archive(address: str) -> bool:
    """Whether an address has the scheme of archives, or is the path of a folder that holds one."""
    if address.startswith(SCHEME):
        return True
    # A path that is too long is none, so `Path` would raise.
    return os.path.isfile(os.path.join(address, MANIFEST))  # noqa: PTH113, PTH118
