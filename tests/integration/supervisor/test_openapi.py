"""The OpenAPI document: it describes every route as it is, and nothing that is asked for makes the server fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.server.serving import Site, serving
from tests.integration.supervisor.conftest import PATIENCE_SECONDS, Project

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"
)

NAMES = ["numbers", "total", "nowhere", "here", "counts", "nightly", "a/b", "..", "ü", "%", ""]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = Project(tmp_path_factory.mktemp("project"))
    with project.supervisor() as supervisor, serving(project.instance, supervisor=supervisor) as served:
        assert supervisor.wait_loaded(PATIENCE_SECONDS)
        yield served
    project.instance.close()


def operations(site: Site) -> list[tuple[str, str, dict[str, Any]]]:
    paths = site.get("openapi.json").json["paths"]
    return [(method, path, each) for path, methods in paths.items() for method, each in methods.items()]


def test_the_document_describes_what_the_answers_hold(site: Site) -> None:
    document = site.get("openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/api/v1"}]
    schemas = document["components"]["schemas"]
    assert {"DagsterRun", "AssetNode", "Tick", "LaunchBody", "Refusal"} <= set(schemas)
    assert schemas["LaunchBody"]["additionalProperties"] is False
    assert schemas["DagsterRunStatus"]["enum"] == sorted(schemas["DagsterRunStatus"]["enum"])
    for name in ("graph", "automations", "locations", "instance", "jobs", "runs"):
        described = document["paths"][f"/{name}"]["get"]["responses"]["200"]["content"]["application/json"]
        assert set(described["schema"]["properties"]) <= set(site.get(name).json), name


def test_every_parameter_is_understood(site: Site) -> None:
    fits = {
        "limit": "5",
        "after": "1",
        "before": "1",
        "partition": "p",
        "tag": "a=b",
        "rows": "3",
        "select": "numbers",
    }
    fits |= {
        "created_after": "1.5",
        "created_before": "2e9",
        "from": "1e9",
        "to": "1000000900",
        "cursor": "e30=",
    }
    for method, path, operation in operations(site):
        if method != "get" or path.endswith("stream"):
            continue
        address = (
            path[1:].replace("{key}", "numbers").replace("{location}", "here").replace("{name}", "counts")
        )
        for parameter in operation["parameters"]:
            if parameter["in"] == "query":
                schema = parameter["schema"]
                one_of = (schema.get("items", {}).get("enum") or schema.get("enum") or [None])[0]
                value = one_of or fits.get(parameter["name"], "x")
                both = f"&to={fits['to']}" if parameter["name"] == "from" else ""
                if path == "/versions/{key}":  # two are compared, not one
                    both = {"before": "&after=2", "after": "&before=1"}.get(parameter["name"], "")
                answer = site.get(f"{address}?{parameter['name']}={value}{both}")
                assert answer.status in (200, 404), (path, parameter["name"], answer.body)


def body_of(schema: dict[str, Any], components: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Bodies that fit, bodies that nearly fit, and anything else."""
    properties = components[schema["$ref"].rpartition("/")[2]].get("properties", {})
    value = st.sampled_from(NAMES) | st.lists(st.sampled_from(NAMES), max_size=2) | JSON
    return st.dictionaries(st.sampled_from([*properties, "unknown"]), value, max_size=3) | JSON


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(data=st.data())
def test_nothing_makes_the_server_fail(site: Site, data: st.DataObject) -> None:
    components = site.get("openapi.json").json["components"]["schemas"]
    method, path, operation = data.draw(
        st.sampled_from([each for each in operations(site) if "stream" not in each[1]])
    )
    query: dict[str, str] = {}
    for parameter in operation["parameters"]:
        drawn = data.draw(st.sampled_from(NAMES) | st.text(max_size=8) | st.integers().map(str))
        given_text = drawn.encode("utf-8", "replace").decode()
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(given_text, safe=""))
        elif data.draw(st.booleans()):
            query[parameter["name"]] = given_text
    address = path[1:] + (f"?{urlencode(query)}" if query else "")
    if method == "get":
        answer = site.get(address)
    else:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        answer = site.post(address, data.draw(body_of(schema, components)))
    assert answer.status < 500, (method, address, answer.body)
    if answer.status >= 400:
        assert {"type", "message"} <= set(answer.json["error"])
