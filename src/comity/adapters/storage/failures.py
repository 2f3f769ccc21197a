"""What can fail in any database; each translates its own errors in a module of its own."""

from __future__ import annotations


class CommitFailed(Exception):
    """Raised from the driver's error, where a transaction that was being made durable failed."""
