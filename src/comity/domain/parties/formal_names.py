"""Formal and older names of states, beside those of the table.

Sources: the formal names of the United Nations' protocol list (UNTERM), short names of Unicode's
CLDR and of the M49 list, the names that states and territories had before, and the short forms that
tables of events and of economists use.
"""

from typing import Final

FORMAL_NAMES: Final = """
AGO  Republic of Angola; People's Republic of Angola
ALB  Republic of Albania; People's Republic of Albania; People's Socialist Republic of Albania
AND  Principality of Andorra
ARE  UAE
ARG  Argentine Republic
ARM  Republic of Armenia
ATG  Antigua
AZE  Republic of Azerbaijan
BDI  Republic of Burundi
BEL  Kingdom of Belgium
BEN  People's Republic of Benin
BES  Caribbean Netherlands
BGD  People's Republic of Bangladesh
BGR  Republic of Bulgaria; People's Republic of Bulgaria
BHR  Kingdom of Bahrain
BHS  Commonwealth of the Bahamas
BLR  Republic of Belarus
BLZ  British Honduras
BRA  Federative Republic of Brazil
BRN  Negara Brunei Darussalam
BTN  Kingdom of Bhutan
BWA  Republic of Botswana; Bechuanaland
CAF  CAR; Central African Rep.
CCK  Cocos Islands
CHL  Republic of Chile
CHN  PRC; P.R. China; PR China
CMR  Republic of Cameroon
COD  DRC; Congo, DRC; D.R. Congo
COK  Cook Island
COL  Republic of Colombia
COM  Union of the Comoros
CPV  Republic of Cabo Verde
CRI  Republic of Costa Rica
CUB  Republic of Cuba
CYP  Republic of Cyprus
DDR  GDR
DEU  FRG; BRD; FR Germany
DJI  Republic of Djibouti; French Somaliland; French Territory of the Afars and the Issas
DMA  Commonwealth of Dominica
DNK  Kingdom of Denmark
DZA  People's Democratic Republic of Algeria
ECU  Republic of Ecuador
EGY  UAR
ERI  State of Eritrea
ESP  Kingdom of Spain
EST  Republic of Estonia
ETH  Federal Democratic Republic of Ethiopia; People's Democratic Republic of Ethiopia
FIN  Republic of Finland
FJI  Republic of Fiji
FRA  French Republic
FRO  Faeroe Islands
FSM  FS Micronesia; Micronesia, Fed. Sts.
GAB  Gabonese Republic
GHA  Republic of Ghana; Gold Coast
GIN  Republic of Guinea
GMB  Republic of the Gambia
GNB  Republic of Guinea-Bissau
GNQ  Republic of Equatorial Guinea; Eq. Guinea
GTM  Republic of Guatemala
GUY  Co-operative Republic of Guyana; Cooperative Republic of Guyana; British Guiana
HKG  China, Hong Kong Special Administrative Region; China, Hong Kong; Hong Kong, China
HMD  Heard and McDonald Islands; Heard & McDonald Islands
HND  Republic of Honduras
HRV  Republic of Croatia
HTI  Republic of Haiti
HUN  Hungarian People's Republic; Republic of Hungary
IDN  Republic of Indonesia
IND  Republic of India
IRQ  Republic of Iraq
ISL  Republic of Iceland
ISR  State of Israel
ITA  Republic of Italy
KAZ  Republic of Kazakhstan; Kazakstan
KEN  Republic of Kenya
KGZ  Kyrgyz Republic; Kirgizstan
KHM  Kingdom of Cambodia; Democratic Kampuchea; People's Republic of Kampuchea; \
Cambodia (Kampuchea)
KIR  Republic of Kiribati
KOR  ROK; S. Korea
KWT  State of Kuwait
LBN  Lebanese Republic
LBR  Republic of Liberia
LBY  State of Libya
LIE  Principality of Liechtenstein
LKA  Democratic Socialist Republic of Sri Lanka
LSO  Kingdom of Lesotho; Basutoland
LTU  Republic of Lithuania
LUX  Grand Duchy of Luxembourg
LVA  Republic of Latvia
MAC  China, Macao Special Administrative Region; Macao, China
MAR  Kingdom of Morocco
MCO  Principality of Monaco
MDG  Republic of Madagascar; Madagaskar
MDV  Republic of Maldives
MEX  United Mexican States
MHL  Republic of the Marshall Islands
MKD  Republic of North Macedonia; FYROM; Republic of Macedonia
MLI  Republic of Mali
MLT  Republic of Malta
MMR  Republic of the Union of Myanmar
MOZ  Republic of Mozambique; People's Republic of Mozambique
MRT  Islamic Republic of Mauritania
MUS  Republic of Mauritius
MWI  Republic of Malawi; Nyasaland
NAM  Republic of Namibia
NER  Republic of the Niger
NGA  Federal Republic of Nigeria
NIC  Republic of Nicaragua
NLD  Kingdom of the Netherlands
NOR  Kingdom of Norway
NRU  Republic of Nauru
OMN  Sultanate of Oman
PAN  Republic of Panama
PER  Republic of Peru
PHL  Republic of the Philippines
PLW  Republic of Palau
PNG  Independent State of Papua New Guinea
POL  Republic of Poland; Polish People's Republic
PRK  DPRK; N. Korea
PRT  Portuguese Republic
PRY  Republic of Paraguay
QAT  State of Qatar
ROU  Socialist Republic of Romania; Romanian People's Republic
RUS  Russian Fed.
RWA  Republic of Rwanda
SAU  KSA
SDN  Republic of the Sudan
SEN  Republic of Senegal
SGP  Republic of Singapore
SHN  Saint Helena
SJM  Svalbard and Jan Mayen Islands; Svalbard
SLE  Republic of Sierra Leone
SLV  Republic of El Salvador
SMR  Republic of San Marino
SOM  Federal Republic of Somalia; Somali Republic; Somali Democratic Republic
SRB  Republic of Serbia
SSD  Republic of South Sudan
STP  Democratic Republic of Sao Tome and Principe; Sao Tome
SUN  U.S.S.R.
SUR  Republic of Suriname; Dutch Guiana
SVN  Republic of Slovenia
SWE  Kingdom of Sweden
SWZ  Kingdom of Eswatini; Kingdom of Swaziland
SYC  Republic of Seychelles
TCD  Republic of Chad
TGO  Togolese Republic
THA  Kingdom of Thailand
TJK  Republic of Tajikistan
TKM  Turkmenia
TON  Kingdom of Tonga
TTO  Republic of Trinidad and Tobago; Trinidad
TUN  Republic of Tunisia
UGA  Republic of Uganda
UMI  US Outlying Islands
URY  Eastern Republic of Uruguay
USA  U.S.; U.S.A.
UZB  Republic of Uzbekistan
VCT  St. Vincent
VDR  Vietnam (North Vietnam)
VEN  Venezuela, RB
VUT  Republic of Vanuatu; New Hebrides
WLF  Wallis and Futuna Islands
WSM  Independent State of Samoa
XYR  Yemen (North Yemen)
YEM  Republic of Yemen
YMD  Yemen (South Yemen)
YUG  FR Yugoslavia; FRY; Serbia (Yugoslavia)
ZMB  Republic of Zambia; Northern Rhodesia
ZWE  Republic of Zimbabwe; Zimbabwe (Rhodesia)
"""
