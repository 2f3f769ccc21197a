"""What the headings of the countries' pages certainly say, and which year they tell.

A heading is "U.S. Recognition of Zambian Independence, 1964." or "Establishment of Diplomatic
Relations and the American Embassy in Tashkent, 1992." What does not follow from it alone is left
out: treaties, visits, interruptions of an embassy's operations, wars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from comity.domain.events import MissionLevel

Act = Literal[
    "recognised", "recognised-mutually", "recognition-withdrawn", "recognised-by",
    "established", "restored", "severed", "suspended",
    "opened", "raised", "moved", "closed",
]  # fmt: skip
Whose = Literal["home", "theirs"]


class Clause(NamedTuple):
    """One thing that a heading says.

    `whom` is who was recognised or with whom relations changed, as the heading has it; empty for
    the country of the page. `place` is where the heading says that a mission was, `level` the
    level of it. With `whose` "theirs" it is the other's, and `whom` holds their adjective.
    """

    act: Act
    whom: str = ""
    level: MissionLevel | Literal[""] = ""
    place: str = ""
    whose: Whose = "home"


_YEARS = re.compile(
    r",?\s*(?:(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)(?: \d{1,2})?,? )?(?P<year>\d{4})(?:\s*[-–]\s*(?P<last>\d{4}|\d{2}))?\s*\.?\s*$"
)
_OURS = r"(?:the )?(?:new )?(?:American|America|U\.S\.|United States) "
_LEVELS: Final[dict[str, MissionLevel | Literal[""]]] = {
    "embassy": "embassy",
    "legation": "legation",
    "consulate general": "consulate-general",
    "consulate": "consulate",
    "liaison office": "liaison-office",
    "interests section": "interests-section",
    "diplomatic mission": "",
    "mission": "",
}
_LEVEL = rf"(?P<level>{'|'.join(_LEVELS)})\b"
_PLACE = r"(?: (?:in|at) (?P<place>[^,/(&]+?))?(?: \(|,|/| and | &|\s*$)"
_WITH = r"(?: with (?P<whom>[^/,&]+?))?(?: by | and |/|,| &|\s*$)"
_BETWEEN = r"(?:full |normal |diplomatic |full diplomatic |normal diplomatic )?relations"

_UNCLEAR = re.compile(
    r"anniversary|non-recognition|refus|attempt|treaty|convention|agreement|negotiat|request|"
    r"proposal|early|international|disput|de facto", re.I
)  # fmt: skip
_HERE: Final = r"(?:the )?(?:United States|U\.S\.?|Washington)"


def _compiled(*patterns: tuple[Act, *tuple[str, ...]]) -> list[tuple[Act, re.Pattern[str]]]:
    """Patterns with what they say; the parts of a long one follow one another."""
    return [(act, re.compile("".join(parts), re.I)) for act, *parts in patterns]


_RECOGNITION = _compiled(
    ("recognition-withdrawn", r"^recognition of (?P<whom>.+) withdrawn by the united states$"),
    ("recognised-mutually", r"^mutual recognition$"),
    (
        "recognised-by",
        r"^(?P<whom>[^,]+?) recognition of (?:the independence of )?(?:the )?",
        r"(?:United States|U\.S\.?)(?: independence)?$",
    ),
    ("recognised", r"^(?:U\.S\.|United States) recognition of (?P<whom>[^,;]+)$"),
    ("recognised", r"^recognition(?: of (?P<whom>[^,;]+?))?(?:,? and .*|$)"),
    ("recognised", r" and (?:U\.S\. )?recognition of (?P<whom>[^,;]+)$"),
)
_RELATIONS = _compiled(
    ("established", rf"^establishment of diplomatic relations ?{_WITH}"),
    ("established", r"^(?:recognition of .*,? and )(?:the )?establishment of diplomatic relations"),
    ("established", r"embassy and establishment of diplomatic relations$"),
    ("established", r"^diplomatic relations established(?: and |,|$)"),
    (
        "restored",
        rf"^(?:re-?establishment|resumption|restoration|renewal|re-?opening) of {_BETWEEN}{_WITH}",
    ),
    ("restored", rf"^{_BETWEEN} (?:re-?established|resumed|restored)(?: by | and |,|$)"),
    ("severed", rf"^(?:severance|severing|cessation|termination) of {_BETWEEN}{_WITH}"),
    ("severed", rf"/termination of {_BETWEEN} with (?P<whom>.+)$"),
    ("severed", r"^(?:closing|closure) of .* and the sever(?:ing|ance) of diplomatic relations$"),
    ("severed", r"^diplomatic relations (?:severed|ended|terminated|broken)(?: by | and |,|$)"),
    ("severed", r"^(?:the )?united states severs diplomatic relations$"),
    ("suspended", rf"^(?:interruption|suspension) of {_BETWEEN}{_WITH}"),
    ("suspended", rf"^{_BETWEEN} (?:interrupted|suspended)(?: by | and |,|$)"),
)
_MISSIONS = _compiled(
    ("opened", rf"^(?:(?:re-?)?establishment|(?:re-?)?opening) of {_OURS}{_LEVEL}{_PLACE}"),
    ("opened", rf"^(?:establishment|(?:re-?)?opening) of (?:the )?(?:consulate){_PLACE}"),
    (
        "opened",
        r"relations ?(?:and|&) (?:(?:re-?establishment|establishment|reopening) of )?",
        rf"{_OURS}{_LEVEL}{_PLACE}",
    ),
    (
        "opened",
        rf"^american {_LEVEL}(?: (?:in|at) (?P<place>.+?))? (?:re-?opened|re-?established|opened|",
        r"established)(?: (?:in|at) (?P<later>[^,(]+?))?(?: \(|$)",
    ),
    (
        "raised",
        rf"^elevation of (?:(?:the )?status of )?(?:{_OURS}|the )?(?:legation|consulate|liaison ",
        rf"office)(?: in (?P<place>.+?))? to (?:an )?{_LEVEL}",
    ),
    ("raised", rf"^elevation from legation to {_LEVEL}"),
    (
        "raised",
        r"^(?:american )?(?:legation|consulate)(?: in (?P<place>.+?))? (?:raised|elevated) to ",
        rf"(?:an )?{_LEVEL}",
    ),
    (
        "moved",
        rf"^(?:american )?{_LEVEL} (?:moved|moves|transferred) (?:from .+ )?to ",
        r"(?P<place>[^,(]+?)(?: \(|,|$)",
    ),
    ("closed", rf"^clos(?:ure|ing) of {_OURS}{_LEVEL}{_PLACE}"),
    ("closed", rf"relations (?:ended )?and (?:closure of )?{_OURS}{_LEVEL}(?: closed)"),
    ("closed", rf"^american {_LEVEL}(?: (?:in|at) (?P<place>.+?))? closed$"),
)
_THEIRS = _compiled(
    (
        "opened",
        r"^(?:establishment|reopening) of (?:the |an? )?(?P<whom>[^,]+?) ",
        rf"(?P<level>embassy|legation) (?:in|to) {_HERE}$",
    ),
    ("opened", rf"^(?P<whom>[^,]+?) (?P<level>embassy|legation) in {_HERE} reopened$"),
    (
        "raised",
        r"^elevation of (?P<whom>[^,]+?) legation(?: in the United States)? to (?P<level>embassy)",
    ),
    ("raised", r"^(?P<whom>[^,]+?) legation raised to (?P<level>embassy)"),
)
_OUR_ADJECTIVES = frozenset({"american", "america", "u.s.", "united states", "the", "status of"})


def years_of(heading: str) -> tuple[str, str]:
    """The heading without its year, and the year as EDTF; empty if it tells none."""
    match = _YEARS.search(heading)
    if match is None:
        return heading.strip(" .,"), ""
    year, last = match["year"], match["last"]
    rest = heading[: match.start()].strip(" .,")
    if last:
        return rest, f"[{year}..{year[: 4 - len(last)]}{last}]"
    return rest, year


def clauses_of(heading: str) -> Iterator[Clause]:
    """What a heading without its year certainly says."""
    heading = heading.replace("Relationsand", "Relations and").strip()
    if _UNCLEAR.search(heading):
        return
    mission = _mission(heading)
    place = mission.place if mission is not None else ""
    for patterns in (_RECOGNITION, _RELATIONS):
        for act, pattern in patterns:
            if match := pattern.search(heading):
                whom = match.groupdict().get("whom") or ""
                yield Clause(act, whom.strip(), place="" if whom else place)
                if patterns is _RECOGNITION or "/" not in heading:
                    break
    if mission is not None:
        yield mission


def _mission(heading: str) -> Clause | None:
    """What a heading says of a mission."""
    for act, pattern in _MISSIONS:
        if match := pattern.search(heading):
            told = match.groupdict()
            place = told.get("place") or told.get("later") or ""
            level = _LEVELS[(told.get("level") or "consulate").lower()]
            return Clause(act, level=level, place=_city(place))
    for act, pattern in _THEIRS:
        match = pattern.search(heading)
        if match and match["whom"].lower().removeprefix("the ") not in _OUR_ADJECTIVES:
            level = _LEVELS[match["level"].lower()]
            return Clause(act, match["whom"], level, whose="theirs")
    return None


def _city(place: str) -> str:
    return re.sub(r"^the (?=[A-Z])", "The ", place.partition("(")[0].strip(" .,"))
