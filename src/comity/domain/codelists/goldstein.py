"""The scales for coded interactions: Goldstein weights and quad classes of CAMEO and PLOVER."""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from comity.domain.errors import InvalidValue

SCHEME_VERSIONS: Final[dict[str, str]] = {"cameo": "1.1b3", "plover": "2.0-draft"}
"""The version of each scheme whose tables are below: the CAMEO codebook, the PLOVER manual."""

QUAD_NAMES: Final[dict[int, str]] = {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
}

# CAMEO codes and Goldstein weights, a line for each root; a code with the weight of its parent is
# left out. Source: CAMEO.goldsteinscale.txt, the CAMEO project's extension of J. S. Goldstein,
# "A Conflict-Cooperation Scale for WEIS Events Data", Journal of Conflict Resolution 36 (1992).
_CAMEO: Final = """
    01 0.0 011 -0.1 012 -0.4 013 0.4 016 -2.0 018 3.4 019 3.4
    02 3.0 021 3.4 022 3.2 023 3.4 024 -0.3 025 -0.3 026 4.0 027 4.0 028 4.0
    03 4.0 031 5.2 032 4.5 033 5.2 0334 6.0 034 7.0 035 7.0 037 5.0 038 7.0 039 5.0
    04 1.0 042 1.9 043 2.8 044 2.5 045 5.0 046 7.0
    05 3.5 051 3.4 053 3.8 054 6.0 055 7.0 056 7.0 057 8.0
    06 6.0 061 6.4 062 7.4 063 7.4 064 7.0
    07 7.0 071 7.4 072 8.3 073 7.4 074 8.5
    08 5.0 084 7.0 085 7.0 086 9.0 087 9.0 0874 10.0
    09 -2.0
    10 -5.0
    11 -2.0
    12 -4.0 125 -5.0 126 -5.0 127 -5.0 128 -5.0 129 -5.0
    13 -6.0 130 -4.4 131 -5.8 132 -5.8 133 -5.8 134 -5.8 135 -5.8 136 -7.0 137 -7.0 138 -7.0
    139 -7.0
    14 -6.5 144 -7.5 145 -7.5
    15 -7.2
    16 -4.0 162 -5.6 163 -8.0 164 -7.0 165 -6.5 166 -7.0
    17 -7.0 171 -9.2 172 -5.0 173 -5.0 174 -5.0 175 -9.0
    18 -9.0 182 -9.5 1821 -9.0 1822 -9.0 1823 -10.0 183 -10.0 184 -8.0 185 -8.0 186 -10.0
    19 -10.0 191 -9.5 192 -9.5 196 -9.5
    20 -10.0 201 -9.5
"""

# The codes of the same source that have the weight of their parent.
_AS_PARENT: Final = """
    010 014 015 017 020 0211 0212 0213 0214 0231 0232 0233 0234 0241 0242 0243 0244 0251 0252
    0253 0254 0255 0256 030 0311 0312 0313 0314 0331 0332 0333 0341 0342 0343 0344 0351 0352
    0353 0354 0355 0356 036 040 041 050 052 060 070 075 080 081 0811 0812 0813 0814 082 083 0831
    0832 0833 0834 0841 0842 0861 0862 0863 0871 0872 0873 090 091 092 093 094 100 101 1011 1012
    1013 1014 102 103 1031 1032 1033 1034 104 1041 1042 1043 1044 105 1051 1052 1053 1054 1055
    1056 106 107 108 110 111 112 1121 1122 1123 1124 1125 113 114 115 116 120 121 1211 1212 122
    1221 1222 1223 1224 123 1231 1232 1233 1234 124 1241 1242 1243 1244 1245 1246 1311 1312 1313
    1321 1322 1323 1324 1381 1382 1383 1384 1385 140 141 1411 1412 1413 1414 142 1421 1422 1423
    1424 143 1431 1432 1433 1434 1441 1442 1443 1444 1451 1452 1453 1454 150 151 152 153 154 160
    161 1621 1622 1623 1661 1662 1663 170 1711 1712 1721 1722 1723 1724 180 181 1831 1832 1833
    190 193 194 195 200 202 203 204 2041 2042
"""

# PLOVER types and weights, then the weights of their modes. Source: the PLOVER manual, table
# "PLOVER conflict-cooperation scores". It prints ACCUSE as 3, but ACCUSE is verbal conflict and its
# modes have -2 and -3.5. The minus sign was lost; it is restored here.
_PLOVER: Final = """
    AGREE 2.5
    CONSULT 2.5 visit 4 third-party 1 multilateral 4 phone 1.5
    SUPPORT 5
    CONCEDE 4.5
    COOPERATE 9.5
    AID 10
    RETREAT 6.5 withdraw 8 release 6.5 disarm 10 ceasefire 7.5 access 6.5 resign 4.5
    REQUEST 0 assist 0.5 change -1 yield -1 meet 0
    ACCUSE -3 disapprove -2 investigate -3.5 allege -3.5
    REJECT -2 assist -1.5 change -2 yield -2 meet -2
    THREATEN -3.5 restrict -3 arrest -3.5 relations -3.5 expel -3.5 territory -4 violence -3.5
    PROTEST -5 demo -5 riot -7 strike -5 hunger -4.5 boycott -4.5 obstruct -4.5
    SANCTION -6 convict -6 expel -5.5 withdraw -6 discontinue -6
    MOBILIZE -5.5 troops -6.5 weapons -6.5 police -5.5 militia -6
    COERCE -7 seize -7 restrict -7 censor -6.5 curfew -6.5 martial-law -7.5 arrest -7 deport -7
    withhold -7 misinformation -6.5 cyber -7
    ASSAULT -9 abduct -8.5 beat -7.5 torture -8.5 sexual -8.5 targeted -9.5 destroy -8.5
    primitive -8 firearms -9 explosives -9 suicide-attack -9.5 aerial -9.5 drone -9.5
    heavy-weapons -9.5 crowd-control -7.5 unconventional -10
"""

_PLOVER_QUADS: Final = {
    1: "AGREE CONSULT SUPPORT CONCEDE",
    2: "COOPERATE AID RETREAT",
    3: "REQUEST ACCUSE REJECT THREATEN",
    4: "PROTEST SANCTION MOBILIZE COERCE ASSAULT",
}


def _read_cameo() -> dict[str, Decimal]:
    words = _CAMEO.split()
    return dict(zip(words[::2], map(Decimal, words[1::2]), strict=True))


def _read_plover() -> dict[str, Decimal]:
    words = _PLOVER.split()
    weights: dict[str, Decimal] = {}
    event_type = ""
    for name, weight in zip(words[::2], words[1::2], strict=True):
        event_type = name if name.isupper() else event_type
        weights[name if name.isupper() else f"{event_type}-{name}"] = Decimal(weight)
    return weights


_WEIGHTS: Final = {"cameo": _read_cameo(), "plover": _read_plover()}
_CAMEO_AS_PARENT: Final = frozenset(_AS_PARENT.split())
_PLOVER_TYPES: Final = {t: quad for quad, types in _PLOVER_QUADS.items() for t in types.split()}
_SHAPES: Final = {
    "cameo": re.compile(r"(?:0[1-9]|1[0-9]|20)[0-9]{0,2}"),
    "plover": re.compile(rf"(?:{'|'.join(_PLOVER_TYPES)})(?:-[a-z][a-z0-9]*)*"),
}


def codes(scheme: str) -> tuple[str, ...]:
    """The codes of a scheme that the tables have, in order."""
    if scheme == "cameo":
        return tuple(sorted(_WEIGHTS[scheme].keys() | _CAMEO_AS_PARENT))
    return tuple(_WEIGHTS[scheme])


@lru_cache(maxsize=4_096)
def _known(scheme: str, code: str) -> bool:
    shape = _SHAPES.get(scheme)
    return shape is not None and shape.fullmatch(code) is not None


def check_code(scheme: str, code: object) -> None:
    """Refuse a scheme other than 'cameo' and 'plover', or a code that is not of its shape.

    A CAMEO code has two to four digits; the first two are a root, 01 to 20. A PLOVER code is a
    type in upper case, perhaps with a hyphen and a mode: `CONSULT-visit`. A subcode or mode that
    the tables lack is accepted. Raises InvalidValue('scheme', …) or InvalidValue('code', …).
    """
    if scheme not in _SHAPES:
        raise InvalidValue("scheme", scheme, f"one of {', '.join(map(repr, _SHAPES))}")
    if not isinstance(code, str) or not _known(scheme, code):
        raise InvalidValue("code", code, _expected(scheme, str(code)))


def _expected(scheme: str, code: str) -> str:
    if scheme == "cameo":
        # A spreadsheet that read the codes as numbers has dropped the zero of 042.
        return "a CAMEO code: two to four digits, the first two 01 to 20, as text: '042', not '42'"
    event_type, hyphen, mode = code.strip().partition("-")
    near = get_close_matches(event_type.upper(), _PLOVER_TYPES, n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]}{hyphen}{mode.lower()}?" if near else ""
    return f"a PLOVER type in upper case, such as 'CONSULT' or 'CONSULT-visit'{hint}"


@lru_cache(maxsize=4_096)
def goldstein(scheme: str, code: str) -> Decimal | None:
    """Return the code's weight from -10 (conflict) to 10 (cooperation), or None when unknown.

    The weight is exact. A CAMEO code that the table lacks has the weight of its parent: of its
    first three digits, or of its first two. A PLOVER mode that the table lacks has the weight of
    its type. Sources: the CAMEO project's Goldstein scale; the PLOVER manual's scores, with
    ACCUSE at -3.
    """
    if not _known(scheme, code):
        return None
    weights = _WEIGHTS[scheme]
    if scheme == "plover":
        return weights.get(code, weights[code.partition("-")[0]])
    parents = (code[:length] for length in range(len(code), 1, -1))
    return next(weights[parent] for parent in parents if parent in weights)


@lru_cache(maxsize=4_096)
def has_inherited_weight(scheme: str, code: str) -> bool:
    """Return whether the source lacks the code, so that its weight is that of its parent."""
    return _known(scheme, code) and code not in _WEIGHTS[scheme] and code not in _CAMEO_AS_PARENT


@lru_cache(maxsize=4_096)
def quad_class(scheme: str, code: str) -> int | None:
    """Return the code's quad class, 1 to 4 as in `QUAD_NAMES`, or None when unknown.

    CAMEO follows GDELT 1.0's QuadClass column, which follows the root: 01-05 verbal cooperation,
    06-09 material cooperation, 10-14 verbal conflict, 15-20 material conflict. So 09 (investigate)
    is cooperation and 14 (protest) is verbal, unlike ACCUSE and PROTEST in PLOVER.

    PLOVER follows the manual's sections and summary table. Only its table "Quad categories" calls
    SANCTION verbal conflict. The section on SANCTION and the summary say material, and so do its
    modes (expel, withdraw, discontinue) and its weight of -6.
    """
    if not _known(scheme, code):
        return None
    if scheme == "plover":
        return _PLOVER_TYPES[code.partition("-")[0]]
    root = int(code[:2])
    return 1 + sum(root > last for last in (5, 9, 14))
