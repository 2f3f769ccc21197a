"""The names of persons in the site's addresses, and their ranks."""

from __future__ import annotations

from typing import Final, Literal

from comity.domain.events import MissionLevel, Rank

_PARTICLES: Final = frozenset({
    "de", "del", "della", "den", "der", "di", "du", "la", "le", "st", "ten", "ter", "van", "von",
})  # fmt: skip
_SUFFIXES: Final = {"jr": "Jr.", "sr": "Sr.", "ii": "II", "iii": "III", "iv": "IV"}


def person_name(slug: str) -> str:
    """The name in an address: the surname comes first there, without accents.

    >>> person_name("dreyfus-louis-goethe-jr"), person_name("van-dyke-henry")
    ('Louis Goethe Dreyfus Jr.', 'Henry Van Dyke')
    """
    parts = [part for part in slug.split("-") if part]
    suffix = [_SUFFIXES[parts.pop()]] if len(parts) > 1 and parts[-1] in _SUFFIXES else []
    surname = 0
    while surname < len(parts) - 2 and parts[surname] in _PARTICLES:
        surname += 1
    named = [*parts[surname + 1 :], *parts[: surname + 1]]
    return " ".join([*(_capital(part) for part in named), *suffix])


def _capital(part: str) -> str:
    return f"{part[:1].upper()}{part[1:]}" if len(part) > 1 else f"{part.upper()}."


class Role:
    """What a role of the office is among the ranks of heads of mission."""

    def __init__(
        self,
        rank: Rank | Literal[""] = "",
        *,
        ad_interim: bool = False,
        level: MissionLevel | Literal[""] = "",
    ) -> None:
        self.rank: Rank | Literal[""] = rank
        self.ad_interim = ad_interim
        self.level: MissionLevel | Literal[""] = level


def role_of(slug: str) -> Role:
    """The rank of a role, in Article 14's classes; without one where the role is in none of them.

    Ministers resident, a class of their own from 1818 to 1961, rank with ministers here. That of an
    office beside, such as consul general, is left out.
    """
    title = slug.removesuffix("-consul-general").removesuffix("-foreign-service-officer")
    return _ROLES.get(title, Role())


_ROLES: Final = {
    "ambassador": Role("ambassador"),
    "ambassador-e-p": Role("ambassador"),
    "ambassador-extraordinary-plenipotentiary": Role("ambassador"),
    "high-commissioner": Role("high commissioner"),
    "permanent-representative": Role("permanent representative"),
    "envoy-extraordinary-minister-plenipotentiary": Role("envoy"),
    "envoy": Role("envoy"),
    "minister": Role("minister"),
    "minister-plenipotentiary": Role("minister"),
    "minister-resident": Role("minister"),
    "minister-resident-and-extraordinary": Role("minister"),
    "charge-daffaires": Role("chargé d'affaires"),
    "charge-daffaires-ad-interim": Role("chargé d'affaires", ad_interim=True),
    "charge-daffaires-pro-tem": Role("chargé d'affaires", ad_interim=True),
    "acting-principal-officer": Role(ad_interim=True),
}
