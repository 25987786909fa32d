"""The project's own tests: not collected with Headwater's, but run by one of them with the alias."""

import dagster as dg
import orders as project
import pytest


class ClosedShop(project.Shop):
    def orders(self):
        raise ConnectionError("closed")


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def test_direct_call():
    assert project.top_orders(project.Limit(top=1), [1, 5]) == [5]


def test_materialize(instance):
    result = dg.materialize(
        [project.orders, project.top_orders],
        resources={"shop": project.Shop()},
        run_config=dg.RunConfig(ops={"top_orders": project.Limit(top=1)}),
        instance=instance,
    )
    assert result.asset_value("top_orders") == [3]
    assert instance.get_latest_materialization_event(dg.AssetKey("orders")) is not None


def test_job():
    assert project.defs.get_job_def("greeting").execute_in_process().output_for_node("greet") == "shop"


def test_failure():
    with pytest.raises(ConnectionError, match="closed"):
        dg.materialize([project.orders], resources={"shop": ClosedShop()})


@pytest.mark.parametrize("name", ["orders", "top_orders"])
def test_definitions(name):
    assert dg.AssetKey(name) in project.defs.get_asset_graph().get_all_asset_keys()
