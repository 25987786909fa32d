"""RunConfig: objects in place of nested dicts."""

from __future__ import annotations

from headwater.definitions.config import Config
from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.definitions.env_var import EnvVar
from headwater.definitions.run_config import RunConfig, run_config_dict


class Limits(Config):
    highest: int = 3


class Store(ConfigurableResource):
    path: str
    size: int = 1


def test_objects_become_the_config_of_their_entries() -> None:
    whole = RunConfig(
        ops={"reads": Limits(highest=5), "writes": {"config": {"n": 1}}, "both": {"config": Limits()}},
        resources={"store": Store(path="x"), "late": Store.configure_at_launch(size=2)},
        loggers={"console": {"config": {"log_level": "INFO"}}},
        execution={"config": {"in_process": {}}},
    )
    assert whole.to_config_dict() == {
        "ops": {
            "reads": {"config": {"highest": 5}},
            "writes": {"config": {"n": 1}},
            "both": {"config": {"highest": 3}},
        },
        "resources": {"store": {"config": {"path": "x", "size": 1}}, "late": {"config": {"size": 2}}},
        "loggers": {"console": {"config": {"log_level": "INFO"}}},
        "execution": {"config": {"in_process": {}}},
    }


def test_an_empty_one_has_all_sections() -> None:
    assert RunConfig().to_config_dict() == {"ops": {}, "resources": {}, "loggers": {}, "execution": {}}


def test_variables_stay_names() -> None:
    config = RunConfig(resources={"store": Store(path=EnvVar("STORE"), size=EnvVar.int("SIZE"))})
    assert config.to_config_dict()["resources"]["store"] == {
        "config": {"path": {"env": "STORE"}, "size": {"env": "SIZE"}}
    }
    assert (
        repr(config) == "RunConfig(resources={'store': Store(path=EnvVar('STORE'), size=EnvVar.int('SIZE'))})"
    )


def test_it_equals_what_says_the_same() -> None:
    assert RunConfig(ops={"reads": Limits()}) == RunConfig(ops={"reads": {"config": {"highest": 3}}})
    assert RunConfig() != RunConfig(ops={"reads": Limits()})


def test_a_run_takes_either_form() -> None:
    assert run_config_dict(RunConfig(ops={"reads": Limits()}))["ops"] == {"reads": {"config": {"highest": 3}}}
    assert run_config_dict({"ops": {"reads": {"config": Limits()}}}) == {
        "ops": {"reads": {"config": {"highest": 3}}}
    }
    assert run_config_dict(None) == {}
