"""The scales of coded interactions, against the files that they were taken from."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from comity.domain.codelists.goldstein import (
    QUAD_NAMES,
    SCHEME_VERSIONS,
    check_code,
    goldstein,
    has_inherited_weight,
    quad_class,
)
from comity.domain.errors import InvalidValue

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def data_file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the shared data file {path} is not on this machine")
    return path


def manual() -> str:
    lines = data_file("plover/PLOVER_MANUAL.tex").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("%"))


def test_every_cameo_weight_is_that_of_the_published_scale() -> None:
    lines = data_file("codes/CAMEO.goldsteinscale.txt").read_text(encoding="utf-8").split("\n")
    published = [line.split() for line in lines[1:] if line.strip()]
    assert len(published) > 300
    wrong = {
        code: weight for code, weight in published if goldstein("cameo", code) != Decimal(weight)
    }
    assert wrong == {}
    assert not [code for code, _ in published if has_inherited_weight("cameo", code)]
    assert has_inherited_weight("cameo", "1213")  # the published scale lacks it


def test_cameo_quads_and_weights_are_those_that_gdelt_carries() -> None:
    path = data_file("gdelt/undp_georgia_feb2012.csv")
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        observed = {
            (row["EventCode"], int(row["QuadClass"]), Decimal(row["GoldsteinScale"]))
            for row in csv.DictReader(lines)
        }
    assert {code[:2] for code, _, _ in observed} == {f"{root:02}" for root in range(1, 20)}
    ours = {(code, quad_class("cameo", code), goldstein("cameo", code)) for code, _, _ in observed}
    assert ours == observed


def test_plover_weights_are_the_manuals_but_for_the_lost_sign_of_accuse() -> None:
    table = manual().split("PLOVER conflict--cooperation scores", 1)[1].split(r"\end{table}")[0]
    cells = re.findall(
        r"([A-Z]{3,})(?:: ([A-Z][a-z-]+))?\s*&\s*(-?[\d.]+)",
        table.replace(r"\cellcolor{gray!25}", ""),
    )
    published = {f"{kind}-{mode.lower()}" if mode else kind: Decimal(w) for kind, mode, w in cells}
    assert len(published) == 82
    differing = {code for code, weight in published.items() if goldstein("plover", code) != weight}
    assert differing == {"ACCUSE"}
    assert goldstein("plover", "ACCUSE") == -published["ACCUSE"] == Decimal(-3)


def test_plover_quads_are_those_of_the_manuals_sections() -> None:
    quads = {name.upper(): number for number, name in QUAD_NAMES.items()}
    sections = re.split(r"\\section\{([A-Z]+)\}", manual())
    published = {
        kind: quads[match[1]]
        for kind, text in zip(sections[1::2], sections[2::2], strict=True)
        if (match := re.search(r"\\subsection\{Quad category: ([A-Z ]+)\}", text))
    }
    assert len(published) == 16
    assert {kind: quad_class("plover", kind) for kind in published} == published


def test_the_schemes_versions_are_pinned() -> None:
    assert SCHEME_VERSIONS == {"cameo": "1.1b3", "plover": "2.0-draft"}
    assert "DRAFT Version: 2.0" in manual()


@pytest.mark.parametrize(
    ("code", "weight"),
    [
        ("0334", "6.0"),
        ("0331", "5.2"),
        ("1213", "-4.0"),
        ("0999", "-2.0"),
        ("20", "-10.0"),
        ("2042", "-10.0"),
    ],
)
def test_a_cameo_code_that_the_scale_lacks_weighs_what_its_parent_weighs(
    code: str, weight: str
) -> None:
    assert goldstein("cameo", code) == Decimal(weight)


@pytest.mark.parametrize(
    ("code", "weight", "quad"),
    [
        ("CONSULT", "2.5", 1),
        ("CONSULT-visit", "4", 1),
        ("CONSULT-third-party", "1", 1),
        ("CONSULT-telepathy", "2.5", 1),
        ("RETREAT-disarm", "10", 2),
        ("ACCUSE", "-3", 3),
        ("SANCTION-expel", "-5.5", 4),
        ("ASSAULT-heavy-weapons", "-9.5", 4),
    ],
)
def test_a_plover_mode_has_its_own_weight_or_its_types(code: str, weight: str, quad: int) -> None:
    check_code("plover", code)
    assert goldstein("plover", code) == Decimal(weight)
    assert quad_class("plover", code) == quad


@pytest.mark.parametrize(
    ("root", "name"),
    [
        ("01", "verbal cooperation"),
        ("05", "verbal cooperation"),
        ("06", "material cooperation"),
        ("09", "material cooperation"),
        ("10", "verbal conflict"),
        ("14", "verbal conflict"),
        ("15", "material conflict"),
        ("20", "material conflict"),
    ],
)
def test_a_cameo_codes_root_decides_its_quad(root: str, name: str) -> None:
    check_code("cameo", root)
    for code in (root, f"{root}1", f"{root}12"):
        quad = quad_class("cameo", code)
        assert quad is not None
        assert QUAD_NAMES[quad] == name


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("cameo", "00"),
        ("cameo", "21"),
        ("cameo", "1"),
        ("cameo", "01234"),
        ("cameo", "01x"),
        ("cameo", "042\n"),
        ("cameo", "٠٤٢"),
        ("cameo", "CONSULT"),
        ("plover", "consult"),
        ("plover", "FIGHT"),
        ("plover", "CONSULT-"),
        ("plover", "CONSULT-Visit"),
        ("plover", "042"),
    ],
)
def test_a_code_of_another_shape_is_refused_and_has_neither_weight_nor_quad(
    scheme: str, code: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        check_code(scheme, code)
    assert (refusal.value.field, refusal.value.value) == ("code", code)
    assert goldstein(scheme, code) is None
    assert quad_class(scheme, code) is None


def test_a_scheme_other_than_the_two_is_refused_and_has_neither_weight_nor_quad() -> None:
    with pytest.raises(InvalidValue, match="'cameo', 'plover'") as refusal:
        check_code("CAMEO", "042")
    assert refusal.value.field == "scheme"
    assert goldstein("CAMEO", "042") is None
    assert quad_class("CAMEO", "042") is None


def test_a_number_is_no_code_since_its_leading_zero_is_lost() -> None:
    with pytest.raises(InvalidValue, match="'042', not '42'"):
        check_code("cameo", 42)


def test_a_misspelt_plover_type_is_refused_with_what_was_meant() -> None:
    with pytest.raises(InvalidValue, match=r"did you mean CONSULT-visit\?"):
        check_code("plover", "Consult-Visit")
    with pytest.raises(InvalidValue, match=r"'CONSULT-visit'$"):
        check_code("plover", "QQQ")
