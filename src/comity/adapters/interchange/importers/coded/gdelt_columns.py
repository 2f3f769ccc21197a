"""The columns of GDELT's event files, and what its codes of countries and groups mean.

Sources: GDELT Event Database Data Format Codebook 1.03 (57 columns, since April 2013 58 with the
source's URL) and Event Codebook 2.0 (61 columns); the project's lists of CAMEO country codes and
known groups. Most country codes are ISO's, some are older or CAMEO's own, and some are regions.
"""

from __future__ import annotations

from typing import Final

NAMES: Final = {
    "day": ("sqldate", "day"),
    "year": ("year",),
    "source_code": ("actor1code",),
    "source": ("actor1name",),
    "source_country": ("actor1countrycode",),
    "source_group": ("actor1knowngroupcode",),
    "target_code": ("actor2code",),
    "target": ("actor2name",),
    "target_country": ("actor2countrycode",),
    "target_group": ("actor2knowngroupcode",),
    "code": ("eventcode",),
    "root": ("eventrootcode",),
    "mentions": ("nummentions",),
    "place": ("actiongeofullname",),
    "published": ("dateadded",),
    "url": ("sourceurl",),
}
"""What the columns hold, and their names."""
NEEDED: Final = ("day", "source_country", "target_country", "code")

_SHARED: Final = {
    "day": 1, "year": 3, "source_code": 5, "source": 6, "source_country": 7, "source_group": 8,
    "target_code": 15, "target": 16, "target_country": 17, "target_group": 18, "code": 26,
    "root": 28, "mentions": 31,
}  # fmt: skip
ONE: Final = _SHARED | {"place": 50, "published": 56, "url": 57}
"""The columns of GDELT 1.0; the files of 57 have no URL."""
TWO: Final = _SHARED | {"place": 52, "published": 59, "url": 60}
"""The columns of GDELT 2.0."""

COUNTRIES: Final = {
    "BAG": "IRQ", "GZS": "PSE", "IMY": "IMN", "KSV": "XKX", "MTN": "MNE", "RKS": "XKX",
    "ROM": "ROU", "WSB": "PSE",
}  # fmt: skip
"""The codes that are not ISO's: Baghdad, the Gaza Strip, the West Bank among them."""
REGIONS: Final = frozenset({
    "AFR", "ASA", "BLK", "CAS", "CAU", "CEU", "CFR", "CRB", "EAF", "EEU", "EIN", "EUR", "LAM",
    "MDT", "MEA", "NAF", "NMR", "PGS", "SAF", "SAM", "SAS", "SCN", "SEA", "WAF", "WST",
})  # fmt: skip
GROUPS: Final = {
    "ASN": "asean", "CIS": "cis", "EEC": "eu", "GCC": "gcc", "GOS": "g7", "HCR": "unhcr",
    "IAE": "iaea", "ILO": "ilo", "IMF": "imf", "NAT": "nato", "OAS": "oas", "OIC": "oic",
    "OPC": "opec", "SAA": "saarc", "SCE": "osce", "UNO": "un", "WAS": "ecowas", "WHO": "who",
    "WTO": "wto",
}  # fmt: skip
"""The organisations among the known groups. GDELT calls EEC the European Union in every year."""
