"""What a signal does to a command: it interrupts as Ctrl-C does, and else nothing is changed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from comity.adapters.cli.signals import interrupted_by_signals
from comity.engine.pools import uninterrupted

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
ALL = (*SIGNALS, signal.SIGINT)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ALL}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("interrupts", [signal.default_int_handler, signal.SIG_IGN])
def test_a_signal_interrupts_also_in_the_background(
    number: signal.Signals, interrupts: Any
) -> None:
    before = signal.getsignal(number)
    signal.signal(signal.SIGINT, interrupts)
    with pytest.raises(KeyboardInterrupt), interrupted_by_signals():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", SIGNALS)
def test_what_was_ignored_stays_ignored(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_IGN)
    with interrupted_by_signals():
        signal.raise_signal(number)
    assert signal.getsignal(number) is signal.SIG_IGN


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_waits_until_a_process_is_started(number: signal.Signals) -> None:
    done = list[str]()

    def start() -> None:
        signal.raise_signal(number)
        done.append("started")

    with pytest.raises(KeyboardInterrupt), interrupted_by_signals(), uninterrupted():
        start()
    assert done == ["started"]
