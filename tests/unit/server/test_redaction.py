from typing import Any

import pytest

from headwater.model.run import DagsterRun, RunRecord
from headwater.server.redaction import (
    HIDDEN,
    config_to_edit,
    redact_config,
    redact_run,
    redact_schema,
    without_config,
)


def record(config: dict[str, Any]) -> RunRecord:
    run = DagsterRun(run_id="r", job_name="j", run_config=config)
    return RunRecord(storage_id=1, dagster_run=run, created_at=0, updated_at=0)


SECRETS = (
    "password PASSWORD db_password passwd token access_token client_secret apiKey api_key aws_secret_access_key "
    "credentials private_key connection_string connectionString dsn basic_auth authorization"
)


@pytest.mark.parametrize("name", SECRETS.split())
def test_what_is_named_like_a_secret_is_hidden(name: str) -> None:
    assert redact_config({"ops": [{name: "x"}]}) == {"ops": [{name: HIDDEN}]}
    assert redact_config({name: {"env": "X"}}) == {name: {"env": HIDDEN}}


@pytest.mark.parametrize("name", ["rows", "author", "path", "key", "passenger_count", "limit"])
def test_what_is_not_is_shown(name: str) -> None:
    assert redact_config({name: 3}) == {name: 3}


def test_resources_show_their_names_only() -> None:
    shown = redact_run(
        record({"resources": {"warehouse": {"config": {"user": "ada", "port": 1}}}, "ops": {"x": 1}})
    )
    assert shown.dagster_run.run_config == {
        "resources": {"warehouse": {"config": {"user": HIDDEN, "port": HIDDEN}}},
        "ops": {"x": 1},
    }


def test_the_run_itself_is_left_alone() -> None:
    given = record({"ops": {"x": {"token": "t"}}})
    assert without_config(given).dagster_run.run_config == {}
    redact_run(given)
    assert given.dagster_run.run_config == {"ops": {"x": {"token": "t"}}}


def test_a_launch_pad_begins_without_anything_hidden() -> None:
    brought = {"ops": {"load": {"config": {"rows": 3, "token": "abc"}}, "sum": {"config": {"rows": 1}}}}
    # What the job brings with a secret is taken from the job as a whole; elsewhere only the secret is left out.
    assert config_to_edit(brought, brought) == {"ops": {"sum": {"config": {"rows": 1}}}}
    assert config_to_edit(brought, {}) == {
        "ops": {"load": {"config": {"rows": 3}}, "sum": {"config": {"rows": 1}}}
    }
    resources = {"resources": {"db": {"config": {"host": "here", "password": "x"}}}}
    assert config_to_edit(resources, {}) == {}
    assert config_to_edit({}, brought) == {}


def test_a_schema_is_described_without_the_defaults_of_resources_and_secrets() -> None:
    field = {"kind": "scalar", "name": "String", "default": "abc"}
    shape = {"kind": "shape", "fields": {"host": field, "api_key": field}}
    shown = redact_schema({"kind": "shape", "fields": {"ops": shape, "resources": shape}})
    bare = {"kind": "scalar", "name": "String"}
    assert shown["fields"]["ops"]["fields"] == {"host": field, "api_key": bare}
    assert shown["fields"]["resources"]["fields"] == {"host": bare, "api_key": bare}
