"""States and territories whose codes ISO 3166-3 withdrew; a renamed one has its heir's row.

The days are those on which the state or territory itself ended, not those of its code.
"""

from typing import Final

ROWS: Final = """
AFI  French Afars and Issas                    -    -    1967-07-05/1977-06-26
ANT  Netherlands Antilles                      -    -    1954-12-15/2010-10-09
ATB  British Antarctic Territory
ATN  Dronning Maud Land
BUR  Burma
BYS  Byelorussian SSR
CSK  Czechoslovakia                            315  315  1918-10-28/1992-12-31
CTE  Canton and Enderbury Islands
DDR  German Democratic Republic                265  265  1949-10-07/1990-10-02
DHY  Dahomey
FXX  Metropolitan France
GEL  Gilbert and Ellice Islands                -    -    1916-01-12/1979-07-11
HVO  Upper Volta
JTN  Johnston Island
MID  Midway Islands
NHB  New Hebrides                              -    -    1906-10-20/1980-07-29
NTZ  Neutral Zone (Iraq and Saudi Arabia)      -    -    1922-12-02/1991-12-18
PCI  Pacific Islands (Trust Territory)         -    -    1947-07-18/1994-09-30
PCZ  Panama Canal Zone                         -    -    1904-02-26/1979-09-30
PUS  United States Miscellaneous Pacific Islands
RHO  Southern Rhodesia
SCG  Serbia and Montenegro                     345  345  2003-02-04/2006-06-04
SKM  Sikkim                                    -    -    ../1975-05-15
SUN  Soviet Union                              365  365  1922-12-30/1991-12-25
TMP  East Timor
VDR  Democratic Republic of Viet-Nam           816  816  1945-09-02/1976-07-01
WAK  Wake Island
YMD  Democratic Yemen                          680  680  1967-11-30/1990-05-21
YUG  Yugoslavia                                345  345  1918-12-01/2003-02-03
ZAR  Zaire
"""
