"""Annotations as text, and names that only type checkers import, mean what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import headwater as hw

if TYPE_CHECKING:
    from decimal import Decimal

    from headwater import AssetExecutionContext


@hw.asset
def price(context: AssetExecutionContext) -> Decimal:
    from decimal import Decimal

    context.log.info("a price")
    return Decimal("1.50")


@hw.asset
def total(price: Decimal) -> str:
    return str(price * 2)


class Limit(hw.Config):
    highest: int = 3


@hw.asset
def numbers(config: Limit) -> list[int]:
    return list(range(config.highest))


def test_the_types_of_edges_are_known() -> None:
    from decimal import Decimal

    assert price.op.outs["result"].dagster_type.typing_type is Decimal
    assert total.op.ins["price"].dagster_type.typing_type is Decimal


def test_it_runs() -> None:
    result = hw.materialize_to_memory([price, total, numbers])
    assert result.asset_value("total") == "3.00"
    assert result.asset_value("numbers") == [0, 1, 2]


def test_a_value_of_another_type_is_refused() -> None:
    @hw.asset(name="price")
    def text() -> Decimal:
        return "1.50"  # type: ignore[return-value]

    with pytest.raises(hw.DagsterTypeCheckDidNotPass, match="Decimal"):
        hw.materialize_to_memory([text])


def test_a_name_that_nobody_can_find_is_any() -> None:
    @hw.asset
    def vague() -> Nowhere:  # type: ignore[name-defined]  # noqa: F821
        return 1

    assert hw.materialize_to_memory([vague]).asset_value("vague") == 1
