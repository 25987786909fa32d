"""How many steps may run at once."""

from __future__ import annotations

import pytest

from headwater.execution.step_limits import StepLimits
from headwater.model.errors import DagsterInvalidConfigError
from headwater.planning.plan import Step


def step(key: str, pool: str | None = None, **tags: str) -> Step:
    return Step(key=key, handle=(key,), op_name=key, tags=tags, pool=pool)


def test_as_many_as_there_are_places() -> None:
    limits = StepLimits(max_concurrent=2)
    limits.take(step("a"))
    assert limits.admits(step("b"))
    limits.take(step("b"))
    assert limits.is_full
    assert not limits.admits(step("c"))
    limits.release(step("a"))
    assert limits.admits(step("c"))


def test_a_tag_with_any_value() -> None:
    limits = StepLimits(9, [{"key": "database", "limit": 1}])
    limits.take(step("a", database="x"))
    assert not limits.admits(step("b", database="y"))
    assert limits.admits(step("c"))


def test_a_tag_with_one_value() -> None:
    limits = StepLimits(9, [{"key": "database", "value": "x", "limit": 1}])
    limits.take(step("a", database="x"))
    assert not limits.admits(step("b", database="x"))
    assert limits.admits(step("c", database="y"))


def test_each_value_of_a_tag() -> None:
    limits = StepLimits(9, [{"key": "database", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}])
    limits.take(step("a", database="x"))
    assert not limits.admits(step("b", database="x"))
    assert limits.admits(step("c", database="y"))


def test_a_pool() -> None:
    limits = StepLimits(9, pool_limits={"api": 1})
    limits.take(step("a", pool="api"))
    assert not limits.admits(step("b", pool="api"))
    assert limits.admits(step("c", pool="other"))


def test_a_limit_without_a_number() -> None:
    with pytest.raises(DagsterInvalidConfigError, match="needs a key and a limit"):
        StepLimits(1, [{"key": "database"}])
