"""The steps of a subject's life, each taken once, while orders of its events are tried."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from comity.domain.events import Event
from comity.domain.lives.machines import Machine


class Steps:
    """The states of a subject, each with a number, so that each step is taken only once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.states: list[Any] = []
        self.floors: list[int] = []
        self._numbers: dict[Any, int] = {}
        self._taken: dict[tuple[int, str], tuple[int, int]] = {}

    def number(self, state: Any) -> int:
        """The number of a state."""
        known = self._numbers.setdefault(state, len(self.states))
        if known == len(self.states):
            self.states.append(state)
            self.floors.append(self.machine.floor(state))
        return known

    def step(self, number: int, event: Event) -> tuple[int, int]:
        """The number of the state after an event, and 1 if the event is incoherent."""
        taken = self._taken.get((number, event.id))
        if taken is None:
            state, fault = self.machine.step(self.states[number], event)
            taken = self._taken[number, event.id] = self.number(state), int(bool(fault))
        return taken

    def visible(self, number: int) -> Hashable:
        """What an answer tells of a state."""
        return self.machine.visible(self.states[number])
