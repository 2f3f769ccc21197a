"""Whether what is being built was checked before: what the log gives back need not be again."""

from __future__ import annotations

import threading


class _Trust(threading.local):
    """`on` while this thread reads the log; whatever else builds an event has it checked."""

    on: bool = False


trust = _Trust()
