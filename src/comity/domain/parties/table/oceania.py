"""The states and territories of Oceania and of the far south that ISO 3166-1 lists."""

from typing import Final

ROWS: Final = """
ASM  American Samoa
ATA  Antarctica
ATF  French Southern Territories
AUS  Australia                          900  900  1901-01-01/..
BVT  Bouvet Island
CCK  Cocos (Keeling) Islands
COK  Cook Islands                       -    -    1965-08-04/..
CXR  Christmas Island
FJI  Fiji                               950  950  ../1874-10-10 1970-10-10/..
FSM  Micronesia                         987  987  1979-05-10/..
GUM  Guam
HMD  Heard Island and McDonald Islands
KIR  Kiribati                           946  970  1979-07-12/..
MHL  Marshall Islands                   983  983  1979-05-01/..
MNP  Northern Mariana Islands
NCL  New Caledonia
NFK  Norfolk Island
NIU  Niue                               -    -    1974-10-19/..
NRU  Nauru                              970  971  1968-01-31/..
NZL  New Zealand                        920  920  1907-09-26/..
PCN  Pitcairn
PLW  Palau                              986  986  1981-01-01/..
PNG  Papua New Guinea                   910  910  1975-09-16/..
PYF  French Polynesia
SLB  Solomon Islands                    940  940  1978-07-07/..
TKL  Tokelau
TON  Tonga                              955  972  1845-12-04/..
TUV  Tuvalu                             947  973  1978-10-01/..
UMI  United States Minor Outlying Islands
VUT  Vanuatu                            935  935  1980-07-30/..
WLF  Wallis and Futuna
WSM  Samoa                              990  990  ../1899-12-01 1962-01-01/..
"""
