"""Abbreviations and names that people use for parties, beside the codes and names of the table.

Sources of the abbreviations: ISO 3166-1 alpha-2; the Correlates of War country codes; Gleditsch
and Ward; the International Olympic Committee; FIFA; the World Bank; everyday use. They lead to
suggestions only: an abbreviation is never read as a code.
"""

from typing import Final

ALPHA_2: Final = """
AD=AND AE=ARE AF=AFG AG=ATG AI=AIA AL=ALB AM=ARM AO=AGO AQ=ATA AR=ARG AS=ASM AT=AUT AU=AUS
AW=ABW AX=ALA AZ=AZE BA=BIH BB=BRB BD=BGD BE=BEL BF=BFA BG=BGR BH=BHR BI=BDI BJ=BEN BL=BLM
BM=BMU BN=BRN BO=BOL BQ=BES BR=BRA BS=BHS BT=BTN BV=BVT BW=BWA BY=BLR BZ=BLZ CA=CAN CC=CCK
CD=COD CF=CAF CG=COG CH=CHE CI=CIV CK=COK CL=CHL CM=CMR CN=CHN CO=COL CR=CRI CU=CUB CV=CPV
CW=CUW CX=CXR CY=CYP CZ=CZE DE=DEU DJ=DJI DK=DNK DM=DMA DO=DOM DZ=DZA EC=ECU EE=EST EG=EGY
EH=ESH ER=ERI ES=ESP ET=ETH FI=FIN FJ=FJI FK=FLK FM=FSM FO=FRO FR=FRA GA=GAB GB=GBR GD=GRD
GE=GEO GF=GUF GG=GGY GH=GHA GI=GIB GL=GRL GM=GMB GN=GIN GP=GLP GQ=GNQ GR=GRC GS=SGS GT=GTM
GU=GUM GW=GNB GY=GUY HK=HKG HM=HMD HN=HND HR=HRV HT=HTI HU=HUN ID=IDN IE=IRL IL=ISR IM=IMN
IN=IND IO=IOT IQ=IRQ IR=IRN IS=ISL IT=ITA JE=JEY JM=JAM JO=JOR JP=JPN KE=KEN KG=KGZ KH=KHM
KI=KIR KM=COM KN=KNA KP=PRK KR=KOR KW=KWT KY=CYM KZ=KAZ LA=LAO LB=LBN LC=LCA LI=LIE LK=LKA
LR=LBR LS=LSO LT=LTU LU=LUX LV=LVA LY=LBY MA=MAR MC=MCO MD=MDA ME=MNE MF=MAF MG=MDG MH=MHL
MK=MKD ML=MLI MM=MMR MN=MNG MO=MAC MP=MNP MQ=MTQ MR=MRT MS=MSR MT=MLT MU=MUS MV=MDV MW=MWI
MX=MEX MY=MYS MZ=MOZ NA=NAM NC=NCL NE=NER NF=NFK NG=NGA NI=NIC NL=NLD NO=NOR NP=NPL NR=NRU
NU=NIU NZ=NZL OM=OMN PA=PAN PE=PER PF=PYF PG=PNG PH=PHL PK=PAK PL=POL PM=SPM PN=PCN PR=PRI
PS=PSE PT=PRT PW=PLW PY=PRY QA=QAT RE=REU RO=ROU RS=SRB RU=RUS RW=RWA SA=SAU SB=SLB SC=SYC
SD=SDN SE=SWE SG=SGP SH=SHN SI=SVN SJ=SJM SK=SVK SL=SLE SM=SMR SN=SEN SO=SOM SR=SUR SS=SSD
ST=STP SV=SLV SX=SXM SY=SYR SZ=SWZ TC=TCA TD=TCD TF=ATF TG=TGO TH=THA TJ=TJK TK=TKL TL=TLS
TM=TKM TN=TUN TO=TON TR=TUR TT=TTO TV=TUV TW=TWN TZ=TZA UA=UKR UG=UGA UM=UMI US=USA UY=URY
UZ=UZB VA=VAT VC=VCT VE=VEN VG=VGB VI=VIR VN=VNM VU=VUT WF=WLF WS=WSM YE=YEM YT=MYT ZA=ZAF
ZM=ZMB ZW=ZWE
"""

SYSTEMS: Final = """
AAB=ATG ALG=DZA ANG=AGO AUH=XAH AUL=AUS AUS=AUT BAD=XBD BAH=BHR BAR=BRB BAV=XBV BFO=BFA BHM=BHS
BHU=BTN BNG=BGD BOS=BIH BOT=BWA BRU=BRN BUI=BDI BUL=BGR CAM=KHM CAO=CMR CAP=CPV CDI=CIV CEN=CAF
CHA=TCD CON=COG COS=CRI CRO=HRV CZE=CSK CZR=CZE DEN=DNK DRC=COD DRV=VNM,VDR EQG=GNQ ETM=TLS
FIJ=FJI FRN=FRA GAM=GMB GCL=XGC GDR=DDR GFR=DEU GMY=DEU,XDR GRG=GEO GRN=GRD GUA=GTM GUI=GIN
HAI=HTI HAN=XHA HON=HND HSD=XHG HSE=XHK HSG=XHG ICE=ISL INS=IDN IRE=IRL KOR=XKO KOS=XKX KUW=KWT
KYR=KGZ KZK=KAZ LAT=LVA LEB=LBN LES=LSO LIB=LBY LIT=LTU MAA=MRT MAC=MKD MAD=MDV MAG=MDG MAL=MYS
MAS=MUS MAW=MWI MEC=XMS MLD=MDA MNC=MCO MNG=MNE MOD=XMO MON=MNG MOR=MAR MSI=MHL MYA=MMR MZM=MOZ
NAU=NRU NEP=NPL NEW=NZL NIG=NGA NIR=NER NTH=NLD OFS=XOF OMA=OMN PAL=PLW PAP=XPS PAR=PRY PHI=PHL
PMA=XPM POR=PRT ROK=KOR ROM=ROU RUM=ROU RVN=XVS SAF=ZAF SAL=SLV SAX=XSX SER=SRB SEY=SYC SIC=XTS
SIE=SLE SIN=SGP SKN=KNA SLO=SVK SLU=LCA SLV=SVN SNM=SMR SOL=SLB SPN=ESP SRI=LKA SUD=SDN SVG=VCT
SWA=SWZ SWD=SWE SWZ=CHE TAJ=TJK TAW=TWN TAZ=TZA TBT=XTB THI=THA TOG=TGO TRA=XTV TRI=TTO TUS=XTU
UAE=ARE UKG=GBR UPC=XUP URU=URY VAN=VUT WRT=XWU YAR=XYR YPR=YMD ZAM=ZMB ZAN=XZN ZIM=ZWE
"""
"""Correlates of War, and Gleditsch and Ward where they differ."""

SPORT: Final = """
AHO=ANT,BES ALD=ALA ALG=DZA ANG=AGO ARU=ABW ASA=ASM BAH=BHS BAN=BGD BAR=BRB BER=BMU BHU=BTN
BIZ=BLZ BOT=BWA BRU=BRN BUL=BGR BUR=BFA CAM=KHM CAY=CYM CGO=COG CHA=TCD CHI=CHL CRC=CRI CRO=HRV
CTA=CAF DEN=DNK EQG=GNQ ESA=SLV FAR=FRO FGU=GUF FIJ=FJI FPO=PYF FRG=DEU GAM=GMB GBG=GGY GBJ=JEY
GBM=IMN GBS=GNB GDR=DDR GEQ=GNQ GER=DEU GRE=GRC GRN=GRD GUA=GTM GUD=GLP GUI=GIN HAI=HTI HEL=SHN
HON=HND INA=IDN IRI=IRN ISV=VIR IVB=VGB KOS=XKX KSA=SAU KUW=KWT LAT=LVA LBA=LBY LES=LSO LIB=LBN
MAD=MDG MAS=MYS MAW=MWI MAY=MYT MGL=MNG MGO=MNE MNT=MSR MON=MCO MRI=MUS MSH=MHL MTN=MRT MYA=MMR
NCA=NIC NCD=NCL NED=NLD NEP=NPL NFI=NFK NGR=NGA NIG=NER NMA=MNP NMI=MNP OMA=OMN PAR=PRY PHI=PHL
PLE=PSE POR=PRT PUR=PRI ROC=TWN RSA=ZAF SAH=ESH SAM=WSM SEY=SYC SIN=SGP SKN=KNA SLO=SVN SOL=SLB
SRI=LKA SUD=SDN SUI=CHE TAN=TZA TCH=CSK TGA=TON TKS=TCA TOG=TGO TPE=TWN TRI=TTO UAE=ARE URS=SUN
URU=URY VAN=VUT VIE=VNM VIN=VCT WAF=WLF ZAI=ZAR ZAM=ZMB ZIM=ZWE
"""
"""The International Olympic Committee and FIFA."""

EVERYDAY: Final = """
ADO=AND BRD=DEU BSSR=BLR CAR=CAF CSSR=CSK CSFR=CSK DPRK=PRK DRVN=VDR EL=GRC FRY=YUG FYROM=MKD
GAZ=PSE IMY=IMN JAP=JPN KSV=XKX KV=XKX NDH=HRV NVN=VDR OPT=PSE PDRY=YMD PLO=PSE PNA=PSE PRC=CHN
PRU=PER,XDR PSR=PSE RF=RUS RSFSR=RUS SADR=ESH SFRY=YUG SSR=SUN SWI=CHE TRNC=XNC UAR=EGY UK=GBR
UNK=XKX USR=SUN USSR=SUN VNS=XVS WBG=PSE XK=XKX XOM=smom
"""
"""The World Bank, machine-readable passports, the press."""

NAMES: Final = """
AFG  Islamic Republic of Afghanistan; Islamic Emirate of Afghanistan
arab_league  Arab League
ARE  Emirates; Trucial States
AUT  Republic of Austria
BEN  Republic of Benin
BFA  Burkina
BIH  Bosnia; Bosnia-Hercegovina; Bosnia-Herzegovina
BLR  Byelorussia; Belorussia; White Russia
BOL  Plurinational State of Bolivia
BRN  Brunei
CHE  Swiss Confederation
CHN  People's Republic of China; Mainland China; Qing Empire
CIV  Ivory Coast
COD  Congo; Congo (Kinshasa); Congo-Kinshasa; DR Congo; Democratic Republic of Congo; \
Congo Free State; Dem. Rep. Congo
COG  Republic of the Congo; Congo (Brazzaville); Congo-Brazzaville
CPV  Cape Verde
CSK  Czecho-Slovakia; Czech and Slovak Federative Republic
CZE  Czech Republic
DDR  East Germany
DEU  Federal Republic of Germany; West Germany; German Federal Republic
eaeu  EEU
EGY  United Arab Republic; Arab Republic of Egypt
ESH  Sahrawi Arab Democratic Republic; Sahrawi Republic
ETH  Abyssinia
FSM  Federated States of Micronesia
GBR  UK; Great Britain; Britain; England; United Kingdom of Great Britain and Northern Ireland; \
United Kingdom of Great Britain and Ireland
GMB  The Gambia
GRC  Hellenic Republic
HKG  Hong Kong SAR
IRL  Eire; Republic of Ireland; Irish Free State
IRN  Islamic Republic of Iran; Persia
ITA  Italy/Sardinia; Sardinia; Piedmont; Piedmont-Sardinia
JOR  Transjordan; Hashemite Kingdom of Jordan
KGZ  Kyrgyz Republic; Kirghizia; Kirgizia
KHM  Kampuchea; Khmer Republic
KNA  Saint Christopher and Nevis
KOR  Korea; Republic of Korea
LAO  Lao People's Democratic Republic; Lao PDR
LBY  Libyan Arab Jamahiriya; Libyan Arab Jamahiriyah; Tripoli
LKA  Ceylon
MAC  Macau
MDA  Republic of Moldova; Moldavia
MDG  Malagasy Republic
MKD  Macedonia; Former Yugoslav Republic of Macedonia
MMR  Union of Burma
MNG  Mongolian People's Republic; Outer Mongolia
NLD  Holland; The Netherlands
oecs  Organisation of Eastern Carribean States
OMN  Muscat and Oman
PAK  Islamic Republic of Pakistan
PRK  Democratic People's Republic of Korea
PSE  State of Palestine; Occupied Palestinian Territory; Palestinian Authority; \
Palestine Liberation Organization; West Bank and Gaza; Gaza; West Bank
ROU  Rumania; Roumania; Wallachia and Moldavia
RUS  Russian Federation; Russian Empire; Soviet Russia
SAU  Kingdom of Saudi Arabia; Nejd
SCG  State Union of Serbia and Montenegro
smom  Sovereign Military Order of Malta; Order of Malta; Knights of Malta
SOM  Somali Republic
STP  São Tomé and Príncipe
SUN  Union of Soviet Socialist Republics; USSR
SVK  Slovak Republic
SWZ  Swaziland
SYR  Syrian Arab Republic
THA  Siam
TLS  Timor Leste; Democratic Republic of Timor-Leste
TUR  Turkey; Republic of Turkey
TWN  Republic of China; Formosa; Taiwan, Province of China; Nationalist China; Chinese Taipei
TZA  United Republic of Tanzania
UKR  Ukrainian SSR
USA  United States of America; US; U.S.; U.S.A.; America
VAT  Vatican; Vatican City; Vatican City State
VDR  North Vietnam; North Viet-Nam; Democratic Republic of Vietnam
VEN  Bolivarian Republic of Venezuela
VGB  Virgin Islands, British
VIR  U.S. Virgin Islands; Virgin Islands, U.S.
VNM  Vietnam; Socialist Republic of Viet Nam; Socialist Republic of Vietnam
WSM  Western Samoa
XAH  Austro-Hungarian Empire; Austrian Empire; Dual Monarchy; Habsburg Monarchy
XDR  German Reich; German Empire; Prussia; Germany (Prussia); Germany; Deutsches Reich; \
Weimar Republic; Nazi Germany
XGC  Great Colombia
XHG  Hesse-Darmstadt; Hesse Grand Ducal; Grand Duchy of Hesse
XHK  Hesse-Kassel; Hesse Electoral; Hesse-Cassel; Electorate of Hesse
XHW  Hawaiian Kingdom; Kingdom of Hawaii; Republic of Hawaii
XKO  Korean Empire; Joseon; Joseon Dynasty; Choson; Kingdom of Korea
XKX  Republic of Kosovo
XML  Federation of Malaya; Malayan Union
XMS  Mecklenburg
XNC  Turkish Republic of Northern Cyprus
XOF  Orange River Colony
XOT  Turkey/Ottoman Empire; Sublime Porte
XSL  Republic of Somaliland; British Somaliland
XTS  Kingdom of the Two Sicilies; Naples; Sicily
XTU  Grand Duchy of Tuscany
XTV  South African Republic
XUP  United Provinces of Central America; Federal Republic of Central America; \
Central American Federation; Federation of Central American States
XVA  Annam; Empire of Viet Nam
XVS  Republic of Vietnam; Republic of Viet Nam; State of Vietnam; South Viet-Nam
XWU  Wurttemberg; Wuerttemberg; Wurtemberg
XYR  North Yemen; Northern Yemen; Yemen (Arab Republic); Kingdom of Yemen; Yemen (Sana'a)
YMD  South Yemen; Southern Yemen; People's Republic of Southern Yemen; \
People's Democratic Republic of Yemen; Yemen (Aden); Yemen People's Republic
YUG  Kingdom of Yugoslavia; Kingdom of Serbs, Croats and Slovenes; Federal Republic of Yugoslavia; \
Socialist Federal Republic of Yugoslavia
ZAF  Republic of South Africa; Union of South Africa
ZWE  Rhodesia; Southern Rhodesia
RHO  Rhodesia; Southern Rhodesia; Zimbabwe Rhodesia
"""

ORGANISATIONS: Final = """
arab_league  League of Arab States
asean      Association of Southeast Asian Nations
au         African Union
brics      BRICS
cis        Commonwealth of Independent States
comecon    Council for Mutual Economic Assistance
commonwealth  Commonwealth of Nations
csce       Conference on Security and Co-operation in Europe
csto       Collective Security Treaty Organization
eaeu       Eurasian Economic Union
ec         European Communities
ecowas     Economic Community of West African States
eec        European Economic Community
eu         European Union
g7         Group of Seven
g8         Group of Eight
g20        Group of Twenty
gcc        Gulf Cooperation Council
iaea       International Atomic Energy Agency
icrc       International Committee of the Red Cross
ilo        International Labour Organization
imf        International Monetary Fund
league_of_nations  League of Nations
mercosur   Southern Common Market
nato       North Atlantic Treaty Organization
oapec      Organization of Arab Petroleum Exporting Countries
oas        Organization of American States
oau        Organization of African Unity
oecd       Organisation for Economic Co-operation and Development
oecs       Organisation of Eastern Caribbean States
oic        Organisation of Islamic Cooperation
opec       Organization of the Petroleum Exporting Countries
osce       Organization for Security and Co-operation in Europe
pif        Pacific Islands Forum
saarc      South Asian Association for Regional Cooperation
sadc       Southern African Development Community
sco        Shanghai Cooperation Organisation
smom       Sovereign Military Order of Malta
un         United Nations
unasur     Union of South American Nations
unhcr      United Nations High Commissioner for Refugees
who        World Health Organization
wto        World Trade Organization
"""
"""Organisations by slug. They have no days here: those are for the user's table to say."""
