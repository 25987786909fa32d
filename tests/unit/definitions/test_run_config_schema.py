"""The config of a run, checked without a run."""

from __future__ import annotations

from typing import Any

import pytest

from headwater import (
    Config,
    DagsterInvalidConfigError,
    Definitions,
    EnvVar,
    Field,
    RunConfig,
    asset,
    asset_check,
    config_mapping,
    define_asset_job,
    graph,
    job,
    op,
    resource,
    validate_run_config,
)
from headwater.model.errors import CheckError


@op(config_schema={"limit": int, "unit": Field(str, default_value="kg")}, required_resource_keys={"store"})
def collect() -> None: ...


@op
def publish() -> None: ...


@resource(config_schema={"path": Field(str, default_value="x")})
def store() -> None: ...


@resource(config_schema={"port": int})
def unused() -> None: ...


@job(resource_defs={"store": store, "unused": unused})
def nightly() -> None:
    collect()
    publish()


class Limits(Config):
    highest: int
    token: str = EnvVar("TOKEN")


GIVEN = {"ops": {"collect": {"config": {"limit": 3}}}}


def test_defaults_are_filled_in() -> None:
    assert validate_run_config(nightly, GIVEN) == {
        "ops": {"collect": {"config": {"limit": 3, "unit": "kg"}}, "publish": {}},
        "resources": {"store": {"config": {"path": "x"}}},
        "loggers": {},
        "execution": {},
    }
    assert (
        validate_run_config(nightly, RunConfig(ops=GIVEN["ops"]))["ops"]["collect"]["config"]["unit"] == "kg"
    )


@pytest.mark.parametrize(
    "given",
    [
        None,
        {"ops": {"collect": {"config": {"limit": "3"}}}},
        {"ops": {**GIVEN["ops"], "gone": {}}},
        {**GIVEN, "gone": {}},
        {**GIVEN, "resources": {"store": {"config": {"path": 1}}}},
        {**GIVEN, "resources": {"unused": {"config": {}}}},
        {**GIVEN, "loggers": {"gone": {}}},
    ],
)
def test_what_does_not_fit_is_refused(given: Any) -> None:
    with pytest.raises(DagsterInvalidConfigError):
        validate_run_config(nightly, given)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(DagsterInvalidConfigError) as caught:
        validate_run_config(nightly, {"ops": {"collect": {"config": {"limit": "x", "gone": 1}}}})
    assert len(caught.value.errors) == 2


def test_the_default_io_manager_may_be_configured() -> None:
    given = {**GIVEN, "resources": {"io_manager": {"config": {"base_dir": "data"}}}}
    assert validate_run_config(nightly, given)["resources"]["io_manager"] == {"config": {"base_dir": "data"}}


def test_a_job_of_assets_takes_what_its_assets_and_checks_take() -> None:
    @asset
    def numbers(config: Limits) -> None: ...

    @asset_check(asset=numbers)
    def few(config: Limits) -> bool:
        return True

    defs = Definitions(assets=[numbers], asset_checks=[few], jobs=[define_asset_job("all_of_them")])
    made = defs.resolve_job_def("all_of_them")
    given = {"ops": {"numbers": {"config": {"highest": 1}}, "numbers_few": {"config": {"highest": 2}}}}
    checked = validate_run_config(made, given)["ops"]
    assert checked["numbers"]["config"] == {"highest": 1, "token": {"env": "TOKEN"}}
    with pytest.raises(DagsterInvalidConfigError, match="numbers_few"):
        validate_run_config(made, {"ops": {"numbers": {"config": {"highest": 1}}}})


def test_a_config_mapping_and_graphs_inside() -> None:
    @graph
    def inner() -> None:
        publish()

    @config_mapping(config_schema={"times": int})
    def simple(config: dict[str, int]) -> dict[str, Any]:
        return {"inner": {"inputs": {"times": config["times"]}}}

    @graph
    def outer() -> None:
        inner()

    assert validate_run_config(outer.to_job(), {"ops": {"inner": {"ops": {"publish": {}}}}})["ops"]
    with pytest.raises(DagsterInvalidConfigError, match="times"):
        validate_run_config(outer.to_job(config=simple), {"times": "x"})


def test_without_a_config_it_is_the_one_that_the_job_brings() -> None:
    @job(resource_defs={"store": store}, config=GIVEN)
    def preset() -> None:
        collect()

    assert validate_run_config(preset)["ops"]["collect"]["config"] == {"limit": 3, "unit": "kg"}


def test_what_is_no_job_is_refused() -> None:
    with pytest.raises(CheckError, match="takes a job"):
        validate_run_config(define_asset_job("late"), {})  # type: ignore[arg-type]
