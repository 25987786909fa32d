"""The HTTP API, asked by schemathesis whatever its OpenAPI document allows, and some more: it never fails.

`HEADWATER_FUZZ_EXAMPLES` says how many examples each operation gets; the seed is fixed.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok

from tests.integration.server.serving import Site, serving
from tests.integration.supervisor.conftest import PATIENCE_SECONDS, Project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"),
]
EXAMPLES = int(os.environ.get("HEADWATER_FUZZ_EXAMPLES", "8"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = Project(tmp_path_factory.mktemp("project"))
    with project.supervisor() as supervisor, serving(project.instance, supervisor=supervisor) as served:
        assert supervisor.wait_loaded(PATIENCE_SECONDS)
        yield served
    project.instance.close()


def test_nothing_that_is_asked_for_makes_the_server_fail(site: Site) -> None:
    document: dict[str, Any] = site.get("openapi.json").json
    streams = [path for path in document["paths"] if path.endswith("/stream")]
    for path in streams:  # they do not end
        del document["paths"][path]
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"{site.url}/api/v1")
    failures: list[str] = []
    answered: Counter[int] = Counter()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @seed(20240506)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            response = case.call(timeout=30)
            answered[response.status_code] += 1
            if response.status_code >= 500:
                failures.append(f"{response.status_code} {case.as_curl_command()}: {response.text[:300]}")

        ask()
    assert not failures, "\n".join(failures)
    assert answered[200] + answered[201] > answered.total() / 10, answered  # it speaks with the API
