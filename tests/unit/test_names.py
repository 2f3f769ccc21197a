"""Names of parties as files spell them: exactly, or not at all."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from comity import UnknownParty
from comity.adapters.interchange.importers import Names, names
from comity.domain.time.dates import bounds


@pytest.fixture(autouse=True)
def _without_rigour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own table must do; what `rigour` adds, a test of its own shows."""
    monkeypatch.setattr(names, "_rigour", lambda: None)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Pakistan", "PAK"), ("PAK", "PAK"), ("pakistan ", "PAK"), ("Korea, North", "PRK"),
        ("Korea (North)", "PRK"), ("the Republic of Albania", "ALB"), ("Viet Nam", "VNM"),
        ("Côte d’Ivoire", "CIV"), ("COTE D'IVOIRE", "CIV"), ("Yemen Arab Republic", "XYR"),
        ("Republic of Vietnam", "XVS"), ("Zaire", "ZAR"), ("Germany", "DEU"), ("Rhodesia", "ZWE"),
        ("Myanmar (Burma)", "MMR"), ("Macedonia (FYROM)", "MKD"), ("Georgia (country)", "GEO"),
        ("German Democratic Republic", "DDR"), ("Czechoslovakia", "CSK"), ("Namibia", "NAM"),
        ("un", "un"), ("European Union", "eu"), ("NATO", "nato"), ("UAE", "ARE"),
        ("S. Korea", "KOR"), ("DRC", "COD"), ("Congo, DRC", "COD"), ("U.S.", "USA"), ("GDR", "DDR"),
        ("St. Helena", "SHN"), ("Arab League", "arab_league"), ("EEU", "eaeu"),
        ("Organisation of African Unity", "oau"), ("Organization of Islamic Cooperation", "oic"),
    ],
)  # fmt: skip
def test_a_name_in_any_spelling_means_its_party(name: str, code: str) -> None:
    assert Names().code(name) == code


@pytest.mark.parametrize(
    ("name", "when", "code"),
    [
        ("Germany", "1900", "XDR"), ("Germany", "1960", "DEU"), ("Russia", "1970", "SUN"),
        ("Russia", "1900", "RUS"), ("Russia", "2001-02-03", "RUS"), ("Turkey", "1900", "XOT"),
        ("Korea", "1900", "XKO"), ("Vietnam", "1990", "VNM"),
    ],
)  # fmt: skip
def test_the_days_that_are_told_of_choose_the_party_of_then(
    name: str, when: str, code: str
) -> None:
    assert Names().code(name, bounds(when)) == code


@pytest.mark.parametrize(
    ("name", "near"),
    [("Congo", ["COD", "COG"]), ("Pakistann", ["PAK"]), ("Texas", []),
     ("China (Taiwan)", []), ("Vladimir Putin", [])],
)  # fmt: skip
def test_what_is_no_name_is_not_guessed_but_the_nearest_are_told(
    name: str, near: list[str]
) -> None:
    with pytest.raises(UnknownParty) as raised:
        Names().code(name)
    assert raised.value.suggestions == near
    assert Names().find(name) is None


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", ".", "--", "NULL", "None"])
def test_what_stands_for_a_missing_value_is_no_name_unless_a_table_says_so(cell: str) -> None:
    assert names.is_missing(cell)
    with pytest.raises(UnknownParty, match="missing value"):
        Names().code(cell)
    assert Names({cell: "NAM"}).code(cell) == "NAM"


def test_the_users_own_names_come_first_and_their_codes_are_checked() -> None:
    given = Names({"Congo": "COG", "The Union": "eu", "Germany": "DDR"})
    assert [given.code(name) for name in ("congo", "Union", "Germany")] == ["COG", "eu", "DDR"]
    with pytest.raises(UnknownParty, match="'Germany'"):
        Names({"East": "Germany"})


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        ("Military (Russia)", "RUS"), ("Armed Gang (Palestinian Territory, Occupied)", "PSE"),
        ("Foreign Affairs (Korea (North))", "PRK"), ("India", "IND"), ("Barack Obama", None),
        ("Citizen (Atlantis)", None), ("Military (Russia) (Wagner)", None), ("", None),
    ],
)  # fmt: skip
def test_an_actor_belongs_to_the_party_in_its_last_brackets(actor: str, code: str | None) -> None:
    assert Names().actor(actor) == code


def test_rigour_is_asked_last_and_only_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def lookup_territory(text: str) -> object:
        asked.append(text)
        known = {"Rossija": "rus", "Jemen": "yem", "Hessen": None, "Zaire": "cod"}
        return SimpleNamespace(alpha3=known[text]) if text in known else None

    module = ModuleType("rigour.territories")
    module.lookup_territory = lookup_territory  # type: ignore[attr-defined]
    monkeypatch.undo()  # the real way to it
    monkeypatch.setitem(sys.modules, "rigour", ModuleType("rigour"))
    monkeypatch.setitem(sys.modules, "rigour.territories", module)
    names._rigour.cache_clear()  # pyright: ignore[reportPrivateUsage]
    try:
        given = Names()
        assert given.code("Rossija") == "RUS"
        assert given.code("Zaire") == "ZAR"
        assert [given.find(name) for name in ("Hessen", "Rossya", "LOL")] == [None, None, None]
        assert asked == ["Rossija", "Hessen", "Rossya"]
    finally:
        names._rigour.cache_clear()  # pyright: ignore[reportPrivateUsage]


ENGLISH = ("official_name_en", "UNTERM English Short", "UNTERM English Formal", "CLDR display name")


def test_the_english_names_of_the_united_nations_and_of_unicode_are_all_known(
    shared_data: Path,
) -> None:
    """Only "Congo" alone means two states."""
    wrong: set[tuple[str, str]] = set()
    with (shared_data / "codes" / "country-codes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            told = {row[column] for column in ENGLISH} - {"", "NA"}
            code = row["ISO3166-1-Alpha-3"]
            wrong |= {(code, name) for name in told if Names().find(name) != code}
    assert wrong == {("COG", "Congo"), ("COG", "Congo (the)")}


def test_an_error_shows_no_name_of_any_length() -> None:
    with pytest.raises(UnknownParty) as raised:
        Names().code("A" * 100_000)
    assert len(str(raised.value)) < 300
