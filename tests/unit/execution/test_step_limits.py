"""How many steps may run at once."""

from __future__ import annotations

import pytest

from headwater.adapters.memory.storage import MemoryStorage
from headwater.execution.pools import Pools
from headwater.execution.step_limits import StepLimits
from headwater.execution.step_request import StepCopy
from headwater.model.errors import DagsterInvalidConfigError
from headwater.planning.plan import Step


def step(key: str, pool: str | None = None, **tags: str) -> StepCopy:
    return StepCopy(key, Step(key=key, handle=(key,), op_name=key, tags=tags, pool=pool), None)


def test_as_many_as_there_are_places() -> None:
    limits = StepLimits(max_concurrent=2)
    assert limits.take(step("a"))
    assert limits.take(step("b"))
    assert limits.is_full
    assert not limits.take(step("c"))
    limits.release(step("a"))
    assert limits.take(step("c"))


def test_a_tag_with_any_value() -> None:
    limits = StepLimits(9, [{"key": "database", "limit": 1}])
    assert limits.take(step("a", database="x"))
    assert not limits.take(step("b", database="y"))
    assert limits.take(step("c"))


def test_a_tag_with_one_value() -> None:
    limits = StepLimits(9, [{"key": "database", "value": "x", "limit": 1}])
    assert limits.take(step("a", database="x"))
    assert not limits.take(step("b", database="x"))
    assert limits.take(step("c", database="y"))


def test_each_value_of_a_tag() -> None:
    limits = StepLimits(9, [{"key": "database", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}])
    assert limits.take(step("a", database="x"))
    assert not limits.take(step("b", database="x"))
    assert limits.take(step("c", database="y"))


def test_runs_share_the_places_of_a_pool() -> None:
    leases, over = MemoryStorage().leases, set[str]()
    one = StepLimits(9, pools=Pools({"api": 2}, leases, "run one", over.__contains__))
    two = StepLimits(9, pools=Pools({"api": 2}, leases, "run two", over.__contains__))
    assert one.take(step("a", pool="api"))
    assert two.take(step("a", pool="api"))
    assert not one.take(step("b", pool="api"))
    assert one.may_wait(step("b", pool="api").step)
    assert one.take(step("c", pool="other")), "a pool without a limit has a place for everybody"
    two.release(step("a", pool="api"))
    assert one.take(step("b", pool="api"))


def test_the_places_of_a_run_that_is_over_are_free() -> None:
    leases, over = MemoryStorage().leases, set[str]()
    killed = StepLimits(9, pools=Pools({"api": 1}, leases, "killed", over.__contains__))
    other = StepLimits(9, pools=Pools({"api": 1}, leases, "other", over.__contains__))
    assert killed.take(step("a", pool="api"))
    assert not other.take(step("a", pool="api"))
    over.add("killed")
    assert other.take(step("a", pool="api"))


def test_nothing_is_taken_where_one_place_is_lacking() -> None:
    leases = MemoryStorage().leases
    limits = StepLimits(
        9, [{"key": "database", "limit": 1}], Pools({"api": 1}, leases, "run", lambda _: False)
    )
    assert limits.take(step("a", pool="api"))
    assert not limits.take(step("b", pool="api", database="x"))
    assert limits.take(step("c", database="x"))


def test_a_pool_without_places_is_waited_for_by_nobody() -> None:
    limits = StepLimits(9, pools=Pools({"api": 0}, MemoryStorage().leases, "run", lambda _: False))
    assert not limits.take(step("a", pool="api"))
    assert not limits.may_wait(step("a", pool="api").step)


def test_a_limit_without_a_number() -> None:
    with pytest.raises(DagsterInvalidConfigError, match="needs a key and a limit"):
        StepLimits(1, [{"key": "database"}])
