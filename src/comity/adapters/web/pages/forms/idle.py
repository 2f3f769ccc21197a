"""Acts that would do nothing: what is said in the place of their form."""

from __future__ import annotations

from typing import NamedTuple

from comity.adapters.web.pages.evidence import is_retracted, standing_accounts
from comity.adapters.web.pages.words import words
from comity.projections.evidence import Evidence


class Idle(NamedTuple):
    """Why there is nothing to do; `replacement` is the id of what took the event's place."""

    says: str
    replacement: str = ""


def idle(act: str, target: Evidence) -> Idle | None:
    """Why an act on an event would do nothing; None if it would do something."""
    said = words().forms
    if act == "reinstate":
        return None if is_retracted(target) else Idle(said.nothing_to_reinstate)
    if is_retracted(target):
        told = said.corrected_already if target.replaced_by else said.retracted_already
        return Idle(told.format(because=target.because), target.replaced_by)
    if act == "prefer" and standing_accounts(target) < 2:
        return Idle(said.nothing_to_prefer)
    return None
