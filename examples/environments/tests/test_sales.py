"""The assets with neither environment: values in memory, messages in a list."""

import pytest
from sales import assets
from sales.definitions import ENVIRONMENTS, build_definitions
from sales.resources import Notifier

import headwater as hw

TOLD: list[str] = []


class Notes(Notifier):
    """Keeps what it is told, for the test."""

    def tell(self, text: str) -> None:
        TOLD.append(text)


def test_the_best_region_is_announced() -> None:
    result = hw.materialize_to_memory(
        [assets.orders, assets.by_region, assets.announcement], resources={"notifier": Notes()}
    )
    assert result.output_for_node("by_region")["amount"].tolist() == [150.0, 80.5, 45.25]
    assert TOLD == ["The best region is north."]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_has_what_the_assets_need(environment: str) -> None:
    hw.Definitions.validate_loadable(build_definitions(environment))
