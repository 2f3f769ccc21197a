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
    "interest section": "interests-section",
    "diplomatic mission": "",
    "mission": "",
}
_LEVEL = rf"(?P<level>{'|'.join(_LEVELS)})\b"
_AT = r"(?: (?:in|at) (?P<place>[^,/(&;]+?))?"
_PLACE = rf"{_AT}(?: \(|,|;|/| and | &|\s*$)"
_CITY = r"(?: (?:(?:in|at) )?(?P<place>(?-i:[A-Z]|the )[^,/(&;]+?))?(?: \(|,|;|/| and | &|\s*$)"
_WITH = r"(?: with (?P<whom>[^/,&;]+?))?(?: by | during | and |/|,|;| &|\s*$)"
_END = r"(?: by | during | and |,|;|/|\s*$)"
_BETWEEN = r"(?:(?:full |normal )?(?:diplomatic (?:and \w+ )?)?)relations"
_AGAIN = r"(?:re-?established|resumed|restored|(?:re-?)?normalized)"

_UNCLEAR = re.compile(
    r"anniversary|non-recognition|refus|attempt|treaty|convention|agreement|negotiat|request|"
    r"proposal|early|international|disput|de facto|\buntil\b|with interruptions", re.I
)  # fmt: skip
_HERE: Final = r"(?:the )?(?:United States|U\.S\.?|Washington)"
_NEXT = re.compile(r",? and (?:the )?(?=[A-Z])|; ?|/| & (?:the )?(?=[A-Z])")
"""Where a heading begins to tell another thing."""


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
    ("established", rf"^establishment of (?:full )?diplomatic relations ?{_WITH}"),
    ("established", rf"^diplomatic relations established{_END}"),
    (
        "restored",
        rf"^(?:re-?establishment|resumption|restoration|renewal|re-?opening) of {_BETWEEN}{_WITH}",
    ),
    ("restored", rf"^(?:re-?)?normalization of {_BETWEEN}{_WITH}"),
    ("restored", rf"^{_BETWEEN}(?: with (?P<whom>[^,;/]+?))? {_AGAIN}{_END}"),
    ("severed", rf"^(?:severance|severing|cessation|termination) of {_BETWEEN}{_WITH}"),
    (
        "severed",
        r"^diplomatic relations(?: with (?P<whom>[^,;/]+?)(?: relations)?)? ",
        rf"(?:severed|ended|terminated|broken){_END}",
    ),
    ("severed", r"^(?:the )?united states severs diplomatic relations$"),
    ("suspended", rf"^(?:interruption|suspension) of {_BETWEEN}{_WITH}"),
    ("suspended", rf"^{_BETWEEN}(?: with (?P<whom>[^,;/]+?))? (?:interrupted|suspended){_END}"),
)
_MISSIONS = _compiled(
    (
        "opened",
        rf"^opening of {_OURS}{_LEVEL} near the government of [\w ]+? in ",
        r"(?P<place>[A-Z][^,/(&;]+)$",
    ),
    (
        "opened",
        rf"^(?:(?:re-?)?establishment|(?:re-?)?opening) of (?:{_OURS}|(?=(?:embassy|legation)\b))",
        rf"{_LEVEL}{_CITY}",
    ),
    ("opened", rf"^(?:establishment|(?:re-?)?opening) of (?:the )?(?:consulate){_PLACE}"),
    (
        "opened",
        r"relations(?: with [^,/&]+?)? ?(?:and|&) ",
        r"(?:(?:re-?establishment|establishment|reopening) of )?",
        rf"(?:{_OURS}|(?=legation\b)){_LEVEL}{_PLACE}",
    ),
    (
        "opened",
        rf"^(?:{_OURS}|(?=(?:embassy|legation)\b)){_LEVEL}{_AT} (?:re-?opened|re-?opens|",
        r"re-?established|opened|established)(?: (?:in|at) (?P<later>[^,(;]+?))?",
        r"(?: \(|,|;| and |$)",
    ),
    (
        "raised",
        rf"^(?:elevation|establishment) of (?:(?:the )?status of )?(?:{_OURS}|the )?",
        r"(?:legation|consulate|liaison office)(?: in (?P<place>.+?))? to (?:an )?",
        rf"{_LEVEL}",
    ),
    ("raised", rf"^elevation from legation to {_LEVEL}"),
    (
        "raised",
        rf"^(?:{_OURS})?(?:legation|consulate)(?: (?:in|at) (?P<place>.+?))? (?:was )?",
        rf"(?:raised|elevated|upgraded|changed) to (?:an )?{_LEVEL}",
    ),
    (
        "moved",
        rf"^(?:{_OURS})?{_LEVEL} (?:moved|moves|transferred|returned|returns) ",
        r"(?:from .+ )?to (?P<place>[^,(;]+?)(?: \(|,|;|$)",
    ),
    (
        "moved",
        rf"^(?:move|movement|transfer) of {_OURS}{_LEVEL} from .+ to ",
        r"(?P<place>[^,(;]+?)(?: \(|,|;|$)",
    ),
    (
        "closed",
        rf"^clos(?:ure|ing) of (?:{_OURS}|(?=(?:embassy|legation|consulate)\b)){_LEVEL}{_CITY}",
    ),
    ("closed", rf"^termination of {_OURS}{_LEVEL}(?: to the government of [^,]+?)?{_PLACE}"),
    (
        "closed",
        rf"^(?:{_OURS}|(?=(?:embassy|legation)\b)){_LEVEL}{_AT} closed(?:,|;| and |$)",
    ),
)
_THEIRS = _compiled(
    (
        "opened",
        r"^(?:establishment|reopening) of (?:diplomatic relations and )?(?:the |an? )?",
        r"(?P<whom>[^,]+?) ",
        rf"(?P<level>embassy|legation) (?:in|to) {_HERE}$",
    ),
    (
        "opened",
        r"^(?P<whom>(?:(?!relations)[^,])+?) (?P<level>embassy|legation)",
        rf"(?: in {_HERE})? reopened$",
    ),
    (
        "raised",
        r"^elevation of (?P<whom>[^,]+?) legation(?: in the United States)? to (?P<level>embassy)",
    ),
    ("raised", r"^(?P<whom>[^,]+?) legation raised to (?P<level>embassy)"),
)
_BOTH_RAISED = re.compile(r"^elevation of legations to embassy status$", re.I)
_AMBASSADORS = re.compile(r"^elevation of representation to ambassadorship$", re.I)
_PARTICLES: Final = frozenset({"and", "da", "de", "del", "do", "du", "la", "of", "the", "y"})
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
    """What a heading without its year certainly says.

    Whom it names first is meant by what follows: the embassy that was established with the
    recognition of the German Democratic Republic is an embassy there.
    """
    heading = heading.replace("Relationsand", "Relations and").strip()
    if _UNCLEAR.search(heading):
        return
    tellings = [heading, *(heading[match.end() :] for match in _NEXT.finditer(heading))]
    missions = list(dict.fromkeys(m for told in tellings for m in _missions(told)))
    place = missions[0].place if missions else ""
    told = list(_relations(_RECOGNITION, tellings[:1], place))
    told += _relations(_RELATIONS, tellings, place)
    whom = next((c.whom for c in told if c.whom and c.act in ("recognised", "established")), "")
    for clause in told:
        yield clause if clause.whom or not whom else clause._replace(whom=whom, place="")
    for mission in missions:
        yield mission if mission.whom or not whom else mission._replace(whom=whom)


def _relations(
    patterns: list[tuple[Act, re.Pattern[str]]], tellings: list[str], place: str
) -> Iterator[Clause]:
    """What a heading says of recognition or of relations, each act once."""
    acts = set[Act]()
    for telling in tellings:
        for act, pattern in patterns:
            if act not in acts and (match := pattern.search(telling)):
                acts.add(act)
                whom = (match.groupdict().get("whom") or "").strip()
                yield Clause(act, whom, place="" if whom else place)
                break


def _missions(telling: str) -> Iterator[Clause]:
    """What a heading, from one of its parts on, says of missions."""
    if _BOTH_RAISED.search(telling):
        yield Clause("raised", level="embassy")
        yield Clause("raised", level="embassy", whose="theirs")
        return
    if _AMBASSADORS.search(telling):
        yield Clause("raised", level="embassy")
        return
    for act, pattern in _MISSIONS:
        if match := pattern.search(telling):
            told = match.groupdict()
            place = told.get("place") or told.get("later") or ""
            level = _LEVELS[(told.get("level") or "consulate").lower()]
            yield Clause(act, level=level, place=_city(place))
            return
    for act, pattern in _THEIRS:
        match = pattern.search(telling)
        if match and match["whom"].lower().removeprefix("the ") not in _OUR_ADJECTIVES:
            level = _LEVELS[match["level"].lower()]
            yield Clause(act, match["whom"], level, whose="theirs")
            return


def _city(place: str) -> str:
    """A place without what does not belong to it; empty if it is not plainly a name."""
    name = re.sub(r"^the (?=[A-Z])", "The ", place.partition("(")[0].strip(" .,"))
    words = name.split()
    named = all(word[0].isupper() or word in _PARTICLES for word in words)
    return name if named and words and words[-1] not in _PARTICLES else ""
