"""The states and territories of Europe that ISO 3166-1 lists, and Kosovo."""

from typing import Final

ROWS: Final = """
ALA  Åland Islands
ALB  Albania                  339      339  1912-11-28/..
AND  Andorra                  232      232  ../..
AUT  Austria                  305      305  1918-11-12/1938-03-12 1945-04-27/..
BEL  Belgium                  211      211  1830-10-04/..
BGR  Bulgaria                 355      355  1878-03-03/..
BIH  Bosnia and Herzegovina   346      346  1992-03-01/..
BLR  Belarus                  370      370  1918-03-25/1922-12-29 1944-02-01/..
CHE  Switzerland              225      225  ../..
CYP  Cyprus                   352      352  1960-08-16/..
CZE  Czechia                  316      316  1993-01-01/..
DEU  Germany                  255,260  260  1949-05-23/..
DNK  Denmark                  390      390  ../..
ESP  Spain                    230      230  ../..
EST  Estonia                  366      366  1918-02-24/1940-08-05 1991-08-20/..
FIN  Finland                  375      375  1917-12-06/..
FRA  France                   220      220  ../..
FRO  Faroe Islands
GBR  United Kingdom           200      200  ../..
GGY  Guernsey
GIB  Gibraltar
GRC  Greece                   350      350  1822-01-13/..
HRV  Croatia                  344      344  1941-04-10/1945-05-08 1991-06-25/..
HUN  Hungary                  310      310  1918-10-31/..
IMN  Isle of Man
IRL  Ireland                  205      205  1919-01-21/..
ISL  Iceland                  395      395  1918-12-01/..
ITA  Italy                    325      325  ../..
JEY  Jersey
LIE  Liechtenstein            223      223  ../..
LTU  Lithuania                368      368  1918-02-16/1940-08-02 1990-03-11/..
LUX  Luxembourg               212      212  1815-06-09/..
LVA  Latvia                   367      367  1918-11-18/1940-08-04 1990-05-04/..
MCO  Monaco                   221      221  ../..
MDA  Moldova                  359      359  1991-08-27/..
MKD  North Macedonia          343      343  1991-09-08/..
MLT  Malta                    338      338  1964-09-21/..
MNE  Montenegro               341      341  ../1918-11-30 2006-06-03/..
NLD  Netherlands              210      210  ../..
NOR  Norway                   385      385  1814-05-17/..
POL  Poland                   290      290  ../1795-10-24 1918-11-11/..
PRT  Portugal                 235      235  ../..
ROU  Romania                  360      360  1859-02-05/..
RUS  Russia                   365      365  ../1922-12-29 1991-12-26/..
SJM  Svalbard and Jan Mayen
SMR  San Marino               331      331  ../..
SRB  Serbia                   345      340  1804-02-14/1918-11-30 2006-06-05/..
SVK  Slovakia                 317      317  1939-03-14/1945-05-08 1993-01-01/..
SVN  Slovenia                 349      349  1991-06-25/..
SWE  Sweden                   380      380  ../..
UKR  Ukraine                  369      369  1917-11-20/1922-12-29 1944-02-01/..
VAT  Holy See                 -        -    ../..
XKX  Kosovo                   347      347  2008-02-17/..
"""
