"""The states and territories of Africa that ISO 3166-1 lists."""

from typing import Final

ROWS: Final = """
AGO  Angola                            540  540  1975-11-11/..
BDI  Burundi                           516  516  1962-07-01/..
BEN  Benin                             434  434  1960-08-01/..
BFA  Burkina Faso                      439  439  1960-08-05/..
BWA  Botswana                          571  571  1966-09-30/..
CAF  Central African Republic          482  482  1960-08-13/..
CIV  Côte d'Ivoire                     437  437  1960-08-07/..
CMR  Cameroon                          471  471  1960-01-01/..
COD  Democratic Republic of the Congo  490  490  1885-02-26/1908-11-14 1960-06-30/..
COG  Congo                             484  484  1960-08-15/..
COM  Comoros                           581  581  1975-07-06/..
CPV  Cabo Verde                        402  402  1975-07-05/..
DJI  Djibouti                          522  522  1977-06-27/..
DZA  Algeria                           615  615  ../1830-07-05 1958-09-19/..
EGY  Egypt                             651  651  ../..
ERI  Eritrea                           531  531  1993-04-27/..
ESH  Western Sahara
ETH  Ethiopia                          530  530  ../..
GAB  Gabon                             481  481  1960-08-17/..
GHA  Ghana                             452  452  1957-03-06/..
GIN  Guinea                            438  438  1958-10-02/..
GMB  Gambia                            420  420  1965-02-18/..
GNB  Guinea-Bissau                     404  404  1973-09-24/..
GNQ  Equatorial Guinea                 411  411  1968-10-12/..
IOT  British Indian Ocean Territory
KEN  Kenya                             501  501  1963-12-12/..
LBR  Liberia                           450  450  1847-07-26/..
LBY  Libya                             620  620  ../1835-05-26 1951-12-24/..
LSO  Lesotho                           570  570  1966-10-04/..
MAR  Morocco                           600  600  ../..
MDG  Madagascar                        580  580  ../1896-08-05 1960-06-26/..
MLI  Mali                              432  432  1960-06-20/..
MOZ  Mozambique                        541  541  1975-06-25/..
MRT  Mauritania                        435  435  1960-11-28/..
MUS  Mauritius                         590  590  1968-03-12/..
MWI  Malawi                            553  553  1964-07-06/..
MYT  Mayotte
NAM  Namibia                           565  565  1990-03-21/..
NER  Niger                             436  436  1960-08-03/..
NGA  Nigeria                           475  475  1960-10-01/..
REU  Réunion
RWA  Rwanda                            517  517  1962-07-01/..
SDN  Sudan                             625  625  1956-01-01/..
SEN  Senegal                           433  433  1960-06-20/..
SHN  Saint Helena, Ascension and Tristan da Cunha
SLE  Sierra Leone                      451  451  1961-04-27/..
SOM  Somalia                           520  520  1960-07-01/..
SSD  South Sudan                       626  626  2011-07-09/..
STP  Sao Tome and Principe             403  403  1975-07-12/..
SWZ  Eswatini                          572  572  1968-09-06/..
SYC  Seychelles                        591  591  1976-06-29/..
TCD  Chad                              483  483  1960-08-11/..
TGO  Togo                              461  461  1960-04-27/..
TUN  Tunisia                           616  616  ../..
TZA  Tanzania                          510  510  1964-04-26/..
UGA  Uganda                            500  500  1962-10-09/..
ZAF  South Africa                      560  560  1910-05-31/..
ZMB  Zambia                            551  551  1964-10-24/..
ZWE  Zimbabwe                          552  552  1923-10-01/..
"""
