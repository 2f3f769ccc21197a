"""States that ISO 3166 never listed, under codes of its user-assigned range, each with a source.

The source is for the days. XKX is Kosovo's, in common use, and has its row in `europe`. The codes
that ICAO document 9303 puts in passports, such as XOM and XXA, are left alone.
"""

from typing import Final

ROWS: Final = """
XAB  Abkhazia                  -    396  1992-07-23/..
XAH  Austria-Hungary           300  300  ../1918-11-11
XBD  Baden                     267  267  ../1870-12-31
XBV  Bavaria                   245  245  ../1870-12-31
XDR  German Reich and Prussia  255  255  ../1945-06-05
XGC  Gran Colombia             -    99   1819-12-17/1831-11-19
XHA  Hanover                   240  240  ../1866-09-19
XHG  Hesse (Grand Duchy)       275  275  ../1870-12-31
XHK  Hesse (Electorate)        273  273  ../1866-09-19
XHW  Hawaii                    -    -    ../1898-08-11
XKO  Korea                     730  730  ../1910-08-28
XML  Malaya                    820  820  1957-08-31/1963-09-15
XMO  Modena                    332  332  ../1860-03-17
XMS  Mecklenburg-Schwerin      280  280  ../1867-06-30
XNC  Northern Cyprus           -    -    1983-11-15/..
XOF  Orange Free State         -    564  1854-02-23/1902-05-31
XOT  Ottoman Empire            640  640  ../1923-10-28
XPM  Parma                     335  335  ../1860-03-17
XPS  Papal States              327  327  ../1870-10-08
XSL  Somaliland                -    -    1960-06-26/1960-06-30 1991-05-18/..
XSO  South Ossetia             -    397  1991-12-21/..
XSX  Saxony                    269  269  ../1867-06-30
XTB  Tibet                     -    711  1913-02-13/1951-05-22
XTG  Tanganyika                510  510  1961-12-09/1964-04-25
XTS  Two Sicilies              329  329  ../1861-03-16
XTU  Tuscany                   337  337  ../1860-03-21
XTV  Transvaal                 -    563  1852-01-17/1877-04-11 1881-08-03/1902-05-31
XUP  Central America           -    89   1823-07-01/1839-12-31
XVA  Viet Nam (Annam)          -    815  ../1945-08-30
XVS  South Vietnam             817  817  1949-03-08/1975-04-30
XWU  Württemberg               271  271  ../1870-12-31
XYR  Yemen Arab Republic       678  678  1918-10-30/1990-05-21
XZN  Zanzibar                  511  511  ../1964-04-25
"""

SOURCES: Final = """
XAB  Declaration of state sovereignty, 23 July 1992
XAH  Emperor Charles's renunciation, 11 November 1918; the Austrian republic, 12 November 1918
XBD  Constitution of the German Confederation, in force 1 January 1871
XBV  Treaty of Versailles, 23 November 1870, in force 1 January 1871
XDR  Berlin Declaration, 5 June 1945: the four powers assume supreme authority
XGC  Fundamental Law of Angostura, 17 December 1819; convention of New Granada, 20 November 1831
XHA  Prussian law of annexation, 20 September 1866
XHG  Constitution of the German Confederation, in force 1 January 1871
XHK  Prussian law of annexation, 20 September 1866
XHW  Transfer of sovereignty under the Newlands Resolution, 12 August 1898
XKO  Treaty of annexation by Japan, promulgated 29 August 1910
XML  Federation of Malaya Independence Act 1957; Malaysia Agreement, in force 16 September 1963
XMO  Decree of annexation to Sardinia, 18 March 1860
XMS  Constitution of the North German Confederation, in force 1 July 1867
XNC  Declaration of independence, 15 November 1983 (UN Security Council resolution 541)
XOF  Bloemfontein Convention, 23 February 1854; Peace of Vereeniging, 31 May 1902
XOT  Proclamation of the Republic of Turkey, 29 October 1923
XPM  Decree of annexation to Sardinia, 18 March 1860
XPS  Royal decree on the annexation of Rome, 9 October 1870
XSL  Independence of British Somaliland, 26 June 1960; Burao declaration, 18 May 1991
XSO  Declaration of independence, 21 December 1991
XSX  Constitution of the North German Confederation, in force 1 July 1867
XTB  Proclamation of the 13th Dalai Lama, 13 February 1913; agreement of 23 May 1951
XTG  Tanganyika Independence Act 1961; Articles of Union, in force 26 April 1964
XTS  Law on the title of King of Italy, 17 March 1861
XTU  Decree of annexation to Sardinia, 22 March 1860
XTV  Sand River Convention, 17 January 1852; annexation of 12 April 1877; Pretoria Convention, \
3 August 1881; Peace of Vereeniging, 31 May 1902
XUP  Decree of independence, 1 July 1823; Gleditsch and Ward's last day
XVA  Abdication of Bao Dai, 30 August 1945
XVS  Élysée Agreements, 8 March 1949; surrender in Saigon, 30 April 1975
XWU  Treaty of Berlin, 25 November 1870, in force 1 January 1871
XYR  Armistice of Mudros, 30 October 1918; agreement on unity, in force 22 May 1990
XZN  Articles of Union, in force 26 April 1964
"""
