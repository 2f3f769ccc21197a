"""The states and territories of Asia, with the Middle East, that ISO 3166-1 lists."""

from typing import Final

ROWS: Final = """
AFG  Afghanistan           700  700  ../..
ARE  United Arab Emirates  696  696  1971-12-02/..
ARM  Armenia               371  371  1918-05-28/1922-12-29 1991-09-21/..
AZE  Azerbaijan            373  373  1918-05-28/1922-12-29 1991-08-30/..
BGD  Bangladesh            771  771  1971-03-26/..
BHR  Bahrain               692  692  ../..
BRN  Brunei Darussalam     835  835  ../..
BTN  Bhutan                760  760  ../..
CHN  China                 710  710  ../..
GEO  Georgia               372  372  1918-05-26/1922-12-29 1991-04-09/..
HKG  Hong Kong
IDN  Indonesia             850  850  1945-08-17/..
IND  India                 750  750  1919-06-28/..
IRN  Iran                  630  630  ../..
IRQ  Iraq                  645  645  1921-08-23/..
ISR  Israel                666  666  1948-05-14/..
JOR  Jordan                663  663  1921-04-11/..
JPN  Japan                 740  740  ../..
KAZ  Kazakhstan            705  705  1991-12-16/..
KGZ  Kyrgyzstan            703  703  1991-08-31/..
KHM  Cambodia              811  811  ../..
KOR  South Korea           732  732  1948-08-15/..
KWT  Kuwait                690  690  ../..
LAO  Laos                  812  812  1945-04-08/..
LBN  Lebanon               660  660  1941-11-26/..
LKA  Sri Lanka             780  780  1948-02-04/..
MAC  Macao
MDV  Maldives              781  781  ../..
MMR  Myanmar               775  775  ../1885-12-31 1943-08-01/1945-05-03 1948-01-04/..
MNG  Mongolia              712  712  1911-12-29/..
MYS  Malaysia              820  820  1963-09-16/..
NPL  Nepal                 790  790  ../..
OMN  Oman                  698  698  ../..
PAK  Pakistan              770  770  1947-08-14/..
PHL  Philippines           840  840  1898-06-12/1902-07-04 1935-11-15/..
PRK  North Korea           731  731  1948-09-09/..
PSE  Palestine             -    -    1964-05-28/..
QAT  Qatar                 694  694  1868-09-12/..
SAU  Saudi Arabia          670  670  1902-01-13/..
SGP  Singapore             830  830  1965-08-09/..
SYR  Syria                 652  652  1941-09-27/1958-02-21 1961-09-28/..
THA  Thailand              800  800  ../..
TJK  Tajikistan            702  702  1991-09-09/..
TKM  Turkmenistan          701  701  1991-10-27/..
TLS  Timor-Leste           860  860  1975-11-28/1976-07-16 1999-10-25/..
TUR  Türkiye               640  640  1923-10-29/..
TWN  Taiwan                713  713  1912-01-01/..
UZB  Uzbekistan            704  704  1991-08-31/..
VNM  Viet Nam              816  816  1976-07-02/..
YEM  Yemen                 679  678  1990-05-22/..
"""
