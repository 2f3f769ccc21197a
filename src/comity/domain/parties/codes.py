"""The raw code tables of states (ISO 3166), without rules.

They are literals, so `domain` reads no file and needs no package. Tests compare them with
pycountry: they fail when the standards change.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STATES: Final = _words(
    """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD
    BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR
    COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH
    ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL
    GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR
    JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR
    MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL
    NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY
    PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP
    SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA
    UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
    """
)
"""ISO 3166-1 alpha-3: every state and dependency that has a code of its own today."""

FORMER_STATES: Final = _words(
    """
    AFI ANT ATB ATN BUR BYS CSK CTE DDR DHY FXX GEL HVO JTN MID NHB NTZ PCI PCZ PUS RHO SCG SKM
    SUN TMP VDR WAK YMD YUG ZAR
    """
)
"""ISO 3166-3 alpha-3: withdrawn codes, without those that ISO 3166-1 has reassigned (`ATF`)."""

USER_ASSIGNED_STATES: Final = _words(
    """
    XAB XAH XBD XBV XDR XGC XHA XHG XHK XHW XKO XKX XML XMO XMS XNC XOF XOT XPM XPS XSL XSO XSX
    XTB XTG XTS XTU XTV XUP XVA XVS XWU XYR XZN
    """
)
"""Codes of the range that ISO 3166 leaves to its users, for states that it does not list.

Only Kosovo's, XKX, is in common use; the others are comity's own. A code is no recognition.
"""

STATE_CODES: Final = STATES | FORMER_STATES | USER_ASSIGNED_STATES
"""Every code that names a state: ISO 3166-1, the withdrawn ones of 3166-3, the user-assigned."""
