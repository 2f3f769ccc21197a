"""What is answered of a mission and its head."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from comity.domain.events import MissionLevel, Rank


class Envoy(Struct, frozen=True):
    """A head of mission; `since` is when the envoy was first recorded for the post.

    `credentials` is when they were presented, `arrived` when the envoy took up the post.
    """

    name: str
    rank: Rank | Literal[""]
    since: str
    credentials: str = ""
    ad_interim: bool = False
    arrived: str = ""


class Mission(Struct, frozen=True):
    """An open mission of `sender` in `host`.

    `head` is in post; `designate` is named and has not come; `acting` is who acts ad interim.
    `vacant` is True if the post is known to be without a head, and None if nobody was recorded.
    Consulates have no head of mission.
    """

    sender: str
    host: str
    level: MissionLevel | Literal[""]
    city: str = ""
    accredited_from: str = ""
    since: str = ""
    head: Envoy | None = None
    vacant: bool | None = None
    designate: Envoy | None = None
    acting: Envoy | None = None
    mission: str = ""
    protecting_power: str = ""
