"""The states and territories of the Americas that ISO 3166-1 lists."""

from typing import Final

ROWS: Final = """
ABW  Aruba
AIA  Anguilla
ARG  Argentina                               160  160  1810-05-25/..
ATG  Antigua and Barbuda                     58   58   1981-11-01/..
BES  Bonaire, Sint Eustatius and Saba
BHS  Bahamas                                 31   31   1973-07-10/..
BLM  Saint Barthélemy
BLZ  Belize                                  80   80   1981-09-21/..
BMU  Bermuda
BOL  Bolivia                                 145  145  1825-08-06/..
BRA  Brazil                                  140  140  1822-09-07/..
BRB  Barbados                                53   53   1966-11-30/..
CAN  Canada                                  20   20   1867-07-01/..
CHL  Chile                                   155  155  1810-09-18/..
COL  Colombia                                100  100  1810-07-20/..
CRI  Costa Rica                              94   94   1821-09-15/..
CUB  Cuba                                    40   40   1902-05-20/..
CUW  Curaçao
CYM  Cayman Islands
DMA  Dominica                                54   54   1978-11-03/..
DOM  Dominican Republic                      42   42   1844-02-27/1861-03-17 1863-08-16/..
ECU  Ecuador                                 130  130  1830-05-13/..
FLK  Falkland Islands
GLP  Guadeloupe
GRD  Grenada                                 55   55   1974-02-07/..
GRL  Greenland
GTM  Guatemala                               90   90   1821-09-15/..
GUF  French Guiana
GUY  Guyana                                  110  110  1966-05-26/..
HND  Honduras                                91   91   1821-09-15/..
HTI  Haiti                                   41   41   1804-01-01/..
JAM  Jamaica                                 51   51   1962-08-06/..
KNA  Saint Kitts and Nevis                   60   60   1983-09-19/..
LCA  Saint Lucia                             56   56   1979-02-22/..
MAF  Saint Martin
MEX  Mexico                                  70   70   1821-09-27/..
MSR  Montserrat
MTQ  Martinique
NIC  Nicaragua                               93   93   1821-09-15/..
PAN  Panama                                  95   95   1903-11-03/..
PER  Peru                                    135  135  1821-07-28/..
PRI  Puerto Rico
PRY  Paraguay                                150  150  1811-05-14/..
SGS  South Georgia and the South Sandwich Islands
SLV  El Salvador                             92   92   1821-09-15/..
SPM  Saint Pierre and Miquelon
SUR  Suriname                                115  115  1975-11-25/..
SXM  Sint Maarten
TCA  Turks and Caicos Islands
TTO  Trinidad and Tobago                     52   52   1962-08-31/..
URY  Uruguay                                 165  165  1825-08-25/..
USA  United States                           2    2    1776-07-04/..
VCT  Saint Vincent and the Grenadines        57   57   1979-10-27/..
VEN  Venezuela                               101  101  1811-07-05/..
VGB  British Virgin Islands
VIR  United States Virgin Islands
"""
