"""What is to be told and where: the tables of a TOML file of alerts, checked at the boundary."""

from __future__ import annotations

import os
from base64 import b64decode
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from comity.adapters.interchange.importers.tables.sections import nearest
from comity.adapters.interchange.matching import Matching
from comity.domain.errors import ComityError
from comity.domain.events import kind_tag
from comity.domain.parties import party
from comity.domain.scope import scope_of
from comity.projections.findings import FindingKind

_LEAST_SECRET = 16
_FINDINGS: tuple[str, ...] = tuple(
    name for part in get_args(FindingKind) for name in (get_args(part) or (part,))
)


def _relationship(told: str) -> str:
    try:
        return scope_of(told).key
    except ComityError as error:
        raise ValueError(str(error)) from None


def _party(told: str) -> str:
    try:
        return party(told)
    except ComityError as error:
        raise ValueError(str(error)) from None


def _event_kind(told: str) -> str:
    try:
        return kind_tag(told)
    except ComityError as error:
        raise ValueError(str(error)) from None


def _finding_kind(told: str) -> str:
    if told not in _FINDINGS:
        raise ValueError(f"no such kind of finding: {told!r}{nearest(told, _FINDINGS)}")
    return told


def _http(told: str) -> str:
    parts = urlsplit(told)
    parts.port  # noqa: B018 - raises ValueError for a port that is no number
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected an address that begins with https:// or http://")
    if parts.username or parts.password:
        raise ValueError("an address holds no name and no password; the secret signs instead")
    return told


def _one_or_more(told: object) -> object:
    return [told] if isinstance(told, str) else told


_EventKind = Annotated[str, AfterValidator(_event_kind)]
_Finding = Annotated[str, AfterValidator(_finding_kind)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Watch(_Table):
    """What all watches have: a name, and whose affairs they are about; by default everybody's."""

    name: str = Field("", max_length=200)
    relationship: Annotated[str, AfterValidator(_relationship)] = ""
    party: Annotated[str, AfterValidator(_party)] = ""

    @model_validator(mode="after")
    def _check_scope(self) -> Watch:
        if self.relationship and self.party:
            raise ValueError("give a relationship or a party, not both")
        return self

    @property
    def parties(self) -> tuple[str, ...]:
        """Whose affairs, as the engine's questions take it; none mean every pair."""
        return tuple(filter(None, (self.relationship, self.party)))

    @property
    def fingerprint(self) -> str:
        """What the watch says, without its name: another text, if it says something else."""
        return self.model_dump_json(exclude={"name"})


class EventWatch(Watch):
    """Tell every new event, and whether one is retracted."""

    tell: Literal["event"]
    kind: Annotated[list[_EventKind], BeforeValidator(_one_or_more)] = []

    @property
    def matching(self) -> Matching:
        """The records that it tells."""
        return Matching(self.relationship, self.party, tuple(self.kind))


class FindingWatch(Watch):
    """Tell every new finding."""

    tell: Literal["finding"]
    kind: Annotated[list[_Finding], BeforeValidator(_one_or_more)] = []


class VacancyWatch(Watch):
    """Tell when the post of a head of mission becomes vacant."""

    tell: Literal["vacancy"]


class EndWatch(Watch):
    """Tell when an agreement, a deal or a measure ends within some days."""

    tell: Literal["expiry"]
    days: int = Field(30, ge=0, le=3_660)


class OverdueWatch(Watch):
    """Tell when a round of a series is overdue."""

    tell: Literal["overdue"]


AnyWatch = EventWatch | FindingWatch | VacancyWatch | EndWatch | OverdueWatch
StandingWatch = FindingWatch | VacancyWatch | EndWatch | OverdueWatch
"""The watches of what stands on a day; it may come true by the passing of time."""


class Delivery(_Table):
    """What all deliveries have: a name, and which watches they deliver; by default all."""

    name: str = Field("", max_length=200)
    watches: list[str] = []


class Lines(Delivery):
    """Lines of JSON on the standard output."""

    to: Literal["stdout"]


class FeedFile(Delivery):
    """A feed of Atom in a file, with the newest alerts."""

    to: Literal["feed"]
    file: str = Field(min_length=1)
    entries: int = Field(100, ge=1, le=1_000)
    title: str = "comity: alerts"


class Webhook(Delivery):
    """A POST to an address, signed with a secret that stands here or in the environment."""

    to: Literal["webhook"]
    url: Annotated[str, AfterValidator(_http)]
    secret: SecretStr = SecretStr("")
    secret_env: str = ""

    @model_validator(mode="after")
    def _check_secret(self) -> Webhook:
        if bool(self.secret.get_secret_value()) == bool(self.secret_env):
            raise ValueError('give either secret, or secret_env = "NAME" of a variable that has it')
        if self.secret_env and not os.environ.get(self.secret_env):
            raise ValueError(f"secret_env: the environment has no variable {self.secret_env}")
        if len(self.key) < _LEAST_SECRET:
            raise ValueError(f"the secret is too short: take {_LEAST_SECRET} bytes or more")
        return self

    @property
    def key(self) -> bytes:
        """The key of the signature: what follows `whsec_` is base64, any other text stands."""
        text = self.secret.get_secret_value() or os.environ.get(self.secret_env, "")
        if not text.startswith("whsec_"):
            return text.encode()
        try:
            return b64decode(text.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise ValueError("the secret begins with whsec_, so base64 must follow") from None


AnyDelivery = Lines | FeedFile | Webhook


class Told(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    watch: list[Annotated[AnyWatch, Field(discriminator="tell")]] = Field(min_length=1)
    deliver: list[Annotated[AnyDelivery, Field(discriminator="to")]] = []
