"""The API is as its own description says, with and without `--write`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.testing import TestClient
from schemathesis import GenerationMode

import comity
from comity.adapters.cli.dossier import dossier
from comity.adapters.web.app import web_app
from comity.adapters.web.settings import WebSettings
from comity.domain.events import CATALOGUE
from comity.projections.views.catalogue import VIEWS
from tests.effort import rounds

API: Any = schemathesis
CONFIG = API.Config.from_path(Path(__file__).parents[3] / "schemathesis.toml")
NOTHING_TO_NEGATE = ("GET /v1/kinds",)

TRIED = settings(
    max_examples=rounds(4),
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def schema_of(**options: Any) -> Any:
    engine = comity.open(":memory:")
    engine.extend(dossier())
    app = web_app(engine, WebSettings(**options))
    return API.openapi.from_asgi("/v1/openapi.json", app, config=CONFIG).exclude(
        operation_id="follow_events"
    )  # without an end


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("write", [False, True])
def test_the_server_is_as_it_says(mode: GenerationMode, write: bool) -> None:
    schema = schema_of(write=write)
    for found in (schema.include(method="POST") if write else schema).get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.POSITIVE or operation.label not in NOTHING_TO_NEGATE:

            @given(case=operation.as_strategy(generation_mode=mode))
            @TRIED
            def check(case: Any) -> None:
                case.call_and_validate()

            check()


@pytest.fixture(scope="module")
def described() -> Iterator[dict[str, Any]]:
    engine = comity.open(":memory:")
    with TestClient(web_app(engine, WebSettings(write=True))) as client:
        answer = client.get("/v1/openapi.json")
        assert client.get("/schema/openapi.json").json() == answer.json()
        tag = {"If-None-Match": answer.headers["etag"]}
        assert client.get("/v1/openapi.json", headers=tag).status_code == 304
        yield answer.json()


def test_every_view_has_a_route_about_all_and_about_one_relationship(
    described: dict[str, Any],
) -> None:
    for view in VIEWS:
        assert f"/v1/{view.name}" in described["paths"]
        assert f"/v1/relationships/{{relationship}}/{view.name}" in described["paths"]


def test_the_events_are_a_union_that_their_type_tells_apart(described: dict[str, Any]) -> None:
    body = described["paths"]["/v1/events"]["post"]["requestBody"]["content"]["application/json"]
    union = body["schema"]["anyOf"][0]
    assert union["discriminator"]["propertyName"] == "type"
    assert set(union["discriminator"]["mapping"]) == set(CATALOGUE)


def test_every_operation_has_a_name_of_its_own_and_every_reference_leads_somewhere(
    described: dict[str, Any],
) -> None:
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert all(operation["summary"].endswith(".") for operation in operations)
    wanted = set(references(described))
    assert wanted
    assert wanted <= {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}


def references(value: Any) -> Iterator[str]:
    return (found for found in re.findall(r'"\$ref": "([^"]+)"', json.dumps(value)))


def test_a_server_that_only_reads_describes_nothing_that_records() -> None:
    with comity.open(":memory:") as engine, TestClient(web_app(engine)) as client:
        paths = client.get("/v1/openapi.json").json()["paths"]
    assert {method for path in paths.values() for method in path} == {"get"}


def test_generators_of_clients_read_it(described: dict[str, Any]) -> None:
    """They refuse `items: false`, and name a mapping by where it stands if it has no title."""
    components = described["components"]["schemas"]
    names = [re.sub(r"\W", "", name).lower() for name in components]
    for name, schema in components.items():
        for field, held in schema.get("properties", {}).items():
            if "additionalProperties" in held:
                names.append(f"{name}{held.get('title', field)}".replace(" ", "").lower())
    assert len(names) == len(set(names)) > len(components)
    assert '"items": false' not in json.dumps(described)
