"""How many steps may run at once: in all, with a tag, and in a pool."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.model.errors import DagsterInvalidConfigError
from headwater.planning.plan import Step

CONCURRENCY_KEY_TAG = "dagster/concurrency_key"


def pool_of(step: Step) -> str | None:
    """The pool of a step: as its op says, or by the tag that older code puts on the op."""
    return step.pool or step.tags.get(CONCURRENCY_KEY_TAG)


class StepLimits:
    """Counts the steps at work.

    ``max_concurrent`` is how many in all (0: one for each processor). Each of ``tag_limits`` has ``key``, ``limit`` and
    perhaps ``value``: that value only, or ``{"applyLimitPerUniqueValue": True}``. ``pool_limits`` go by pool.

    >>> limits = StepLimits(max_concurrent=2)
    """

    def __init__(
        self,
        max_concurrent: int = 0,
        tag_limits: Sequence[Mapping[str, Any]] = (),
        pool_limits: Mapping[str, int] | None = None,
    ) -> None:
        self.max_concurrent = max_concurrent or os.cpu_count() or 1
        self._limits: dict[tuple[str, str, str], int] = {}
        self._per_value: dict[str, int] = {}
        self._busy: Counter[tuple[str, str, str]] = Counter()
        self._at_work = 0
        self._pools = dict(pool_limits or {})
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
        """What the step takes a place of, and how many places there are."""
        places = []
        for key, value in step.tags.items():
            for kind, name in (("tag", ""), ("tag value", value)):
                if (kind, key, name) in self._limits:
                    places.append(((kind, key, name), self._limits[kind, key, name]))
            if key in self._per_value:
                places.append((("each value", key, value), self._per_value[key]))
        pool = pool_of(step)
        if pool is not None and pool in self._pools:
            places.append((("pool", pool, ""), self._pools[pool]))
        return places

    @property
    def is_full(self) -> bool:
        """Whether no step at all may begin now."""
        return self._at_work >= self.max_concurrent

    def admits(self, step: Step) -> bool:
        """Whether the step may begin now."""
        return not self.is_full and all(self._busy[place] < limit for place, limit in self._places(step))

    def take(self, step: Step) -> None:
        """The step begins."""
        self._at_work += 1
        self._busy.update(place for place, _ in self._places(step))

    def release(self, step: Step) -> None:
        """The step has ended."""
        self._at_work -= 1
        self._busy.subtract(place for place, _ in self._places(step))
