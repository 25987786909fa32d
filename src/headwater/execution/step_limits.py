"""How many steps of a run may be at work at once: in all, with a tag, and in the pools that all runs share."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.execution.pools import Pools
from headwater.execution.step_request import StepCopy
from headwater.model.errors import DagsterInvalidConfigError
from headwater.planning.plan import Step

CONCURRENCY_KEY_TAG = "dagster/concurrency_key"


def pool_of(step: Step) -> str | None:
    """The pool of a step: as its op says, or by the tag that older code puts on the op."""
    return step.pool or step.tags.get(CONCURRENCY_KEY_TAG)


class StepLimits:
    """Counts the steps at work.

    ``max_concurrent`` is how many in all (0: one for each processor). Each of ``tag_limits`` has ``key``, ``limit`` and
    perhaps ``value``: that value only, or ``{"applyLimitPerUniqueValue": True}``. ``pools`` has the places of pools.

    >>> limits = StepLimits(max_concurrent=2)
    """

    def __init__(
        self,
        max_concurrent: int = 0,
        tag_limits: Sequence[Mapping[str, Any]] = (),
        pools: Pools | None = None,
    ) -> None:
        self.max_concurrent = max_concurrent or os.cpu_count() or 1
        self._limits: dict[tuple[str, str, str], int] = {}
        self._per_value: dict[str, int] = {}
        self._busy: Counter[tuple[str, str, str]] = Counter()
        self._at_work = 0
        self._pools = pools
        for each in tag_limits:
            if "key" not in each or "limit" not in each:
                raise DagsterInvalidConfigError(
                    f"Each of tag_concurrency_limits needs a key and a limit; {dict(each)!r} does not have both.",
                    [],
                )
            value = each.get("value")
            if isinstance(value, Mapping):
                self._per_value[str(each["key"])] = int(each["limit"])
            else:
                kind = "tag" if value is None else "tag value"
                self._limits[kind, str(each["key"]), str(value or "")] = int(each["limit"])

    def _places(self, step: Step) -> list[tuple[tuple[str, str, str], int]]:
        """What the step takes a place of among those of this run, and how many places there are."""
        places = []
        for key, value in step.tags.items():
            for kind, name in (("tag", ""), ("tag value", value)):
                if (kind, key, name) in self._limits:
                    places.append(((kind, key, name), self._limits[kind, key, name]))
            if key in self._per_value:
                places.append((("each value", key, value), self._per_value[key]))
        return places

    def _pool(self, step: Step) -> str | None:
        """The pool of a step, if its places are counted."""
        pool = pool_of(step)
        counted = pool is not None and self._pools is not None and self._pools.limit(pool) is not None
        return pool if counted else None

    @property
    def is_full(self) -> bool:
        """Whether no step at all may begin now."""
        return self._at_work >= self.max_concurrent

    def may_wait(self, step: Step) -> bool:
        """Whether a step that found no place may find one though nothing of this run is at work: another run has it."""
        pool = self._pool(step)
        return pool is not None and self._pools is not None and bool(self._pools.limit(pool))

    def take(self, copy: StepCopy) -> bool:
        """Take the places of a step that begins; False, with nothing taken, where one is not free."""
        places = self._places(copy.step)
        if self.is_full or any(self._busy[place] >= limit for place, limit in places):
            return False
        pool = self._pool(copy.step)
        if pool is not None and self._pools is not None and not self._pools.take(pool, copy.key):
            return False
        self._at_work += 1
        for place, _ in places:
            self._busy[place] += 1
        return True

    def release(self, copy: StepCopy) -> None:
        """The step has ended."""
        self._at_work -= 1
        for place, _ in self._places(copy.step):
            self._busy[place] -= 1
        pool = self._pool(copy.step)
        if pool is not None and self._pools is not None:
            self._pools.release(pool, copy.key)
