"""How far a run has come: which steps are ready, waiting, done or given up."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Mapping

from headwater.execution.committed import Committed
from headwater.execution.step_request import StepCopy, StepOutcome
from headwater.model.run import StepStatus
from headwater.planning.plan import FromAsset, FromMany, FromStep, Source, Step

PRIORITY_TAG = "dagster/priority"


class Progress:
    """Which steps of a plan are done, ready, waiting or given up. Pure bookkeeping: it runs nothing.

    ``committed`` are steps (and copies of mapped ones) that an earlier run has done.
    ``made`` are outputs that steps which are run have given before.
    ``wanted`` are the keys of the only steps (or copies of mapped steps) to be run, where not all are.
    """

    def __init__(
        self,
        steps: list[Step],
        committed: Mapping[str, Committed] | None = None,
        wanted: Collection[str] | None = None,
        made: Collection[tuple[str, str]] = (),
    ) -> None:
        self.committed = committed or {}
        self.wanted = frozenset(wanted) if wanted is not None else None
        self.steps = {step.key: step for step in steps}
        self.position = {step.key: index for index, step in enumerate(steps)}
        self.made: dict[tuple[str, str], bool] = dict.fromkeys(made, True)
        self.mapping: dict[str, list[str]] = {}
        self.status: dict[str, StepStatus] = {}
        self.open: dict[str, int] = {}
        self._ended: set[str] = set()  # keys of copies, and of steps all of whose copies have ended
        self._news: deque[str] = deque()  # of those, the ones of which what waits has not been told
        self._waiting: dict[str, set[str]] = {}
        self._dependents: dict[str, list[StepCopy]] = {}
        self._folded: dict[str, list[Step]] = {}
        self._ready: list[tuple[int, int, StepCopy]] = []
        self._number = 0
        free = [copy for step in steps for copy in self._begin(step)]
        for copy in free:
            self._release(copy)
        self._settle()

    # -- asking -------------------------------------------------------------------------------------------------

    def next(self) -> StepCopy | None:
        """The step that is to run now: the most urgent one, else the one which has been ready for longest."""
        return heapq.heappop(self._ready)[2] if self._ready else None

    # -- telling ------------------------------------------------------------------------------------------------

    def finish(self, copy: StepCopy, outcome: StepOutcome) -> list[StepCopy]:
        """Note how a step ended; return the steps which are thereby skipped."""
        self.status[copy.key] = outcome.status
        self._note(copy, outcome.made, outcome.mapping_keys)
        self._close(copy)
        return self._settle()

    def _close(self, copy: StepCopy) -> None:
        self._end(copy.key)
        self.open[copy.step.key] -= 1
        if self.open[copy.step.key] <= 0:
            self._end(copy.step.key)

    def _end(self, key: str) -> None:
        if key not in self._ended:
            self._ended.add(key)
            self._news.append(key)

    def _settle(self) -> list[StepCopy]:
        """Release or give up what waited for what has ended; return what is skipped."""
        skipped: list[StepCopy] = []
        while self._news:
            ended = self._news.popleft()
            free = [copy for copy in self._dependents.pop(ended, ()) if self._is_free(copy, ended)]
            free += [copy for step in self._folded.pop(ended, ()) for copy in self._unfold(step)]
            for copy in sorted(free, key=lambda each: self.position[each.step.key]):
                skipped += self._release(copy)
        return skipped

    def _is_free(self, copy: StepCopy, ended: str) -> bool:
        self._waiting[copy.key].discard(ended)
        return not self._waiting[copy.key]

    # -- steps and their copies ---------------------------------------------------------------------------------

    def _begin(self, step: Step) -> list[StepCopy]:
        """Take up a step; its copies that wait for nothing. One that is mapped waits until it is known over what."""
        source = step.mapped_over.step if step.mapped_over is not None else None
        if source in self.steps:
            self._folded.setdefault(source, []).append(step)
            return []
        return self._unfold(step)

    def _unfold(self, step: Step) -> list[StepCopy]:
        """Make the copies of a step; those that wait for nothing."""
        copies = self._copies(step)
        self.open[step.key] = len(copies)
        if not copies and step.mapped_over is not None:
            failed = self.status.get(step.mapped_over.step) is StepStatus.FAILURE
            self.status[step.key] = StepStatus.FAILURE if failed else StepStatus.SKIPPED
            self._end(step.key)
        for copy in copies:
            needs = {key for key in self._needs(copy) if key not in self._ended}
            self._waiting[copy.key] = needs
            for key in needs:
                self._dependents.setdefault(key, []).append(copy)
        return [copy for copy in copies if not self._waiting[copy.key]]

    def _needs(self, copy: StepCopy) -> list[str]:
        """What must have ended before: steps, and of those that are mapped alike the one copy."""
        return [
            self._concrete(upstream, copy)[0] if is_mapped_alike(upstream, copy.step) else key
            for key in copy.step.after
            if (upstream := self.steps.get(key)) is not None
        ]

    def _release(self, copy: StepCopy) -> list[StepCopy]:
        if self._is_left(copy):
            self._reuse(copy)
            return []
        verdict = self._verdict(copy)
        if verdict == "run":
            self._push(copy)
            return []
        self.status[copy.key] = StepStatus.SKIPPED if verdict == "skip" else StepStatus.FAILURE
        self._close(copy)
        return [copy] if verdict == "skip" else []

    def _is_left(self, copy: StepCopy) -> bool:
        """Whether the step is not run: an earlier run has done it, or it was not asked for."""
        if self.wanted is not None:
            return copy.key not in self.wanted and copy.step.key not in self.wanted
        return copy.key in self.committed

    def _reuse(self, copy: StepCopy) -> None:
        earlier = self.committed.get(copy.key)
        if earlier is not None:
            self.status[copy.key] = StepStatus.SUCCESS
            self._note(copy, earlier.made, earlier.mapping_keys)
        self._close(copy)

    def _note(self, copy: StepCopy, made: Collection[str], mapping_keys: Mapping[str, list[str]]) -> None:
        for name in made:
            self.made[(copy.key, name)] = True
        for name, keys in mapping_keys.items():
            self.mapping[f"{copy.step.key}.{name}"] = keys
        for output in copy.step.outputs:
            if output.spec.dynamic and self.status[copy.key] is StepStatus.SUCCESS:
                self.mapping.setdefault(f"{copy.step.key}.{output.spec.name}", [])

    def _copies(self, step: Step) -> list[StepCopy]:
        if step.mapped_over is None:
            return [StepCopy(step.key, step, None)]
        base = step.key.removesuffix("[?]")
        keys = self.mapping.get(f"{step.mapped_over.step}.{step.mapped_over.output}", [])
        return [StepCopy(f"{base}[{key}]", step, key) for key in keys]

    def _verdict(self, copy: StepCopy) -> str:
        step = copy.step
        for key in step.after:
            upstream = self.steps.get(key)
            if upstream is None:
                continue
            concrete = [upstream.key, *self._concrete(upstream, copy)]
            if any(self.status.get(each) is StepStatus.FAILURE for each in concrete):
                return "abandon"
        fed = all(self._fed(step_input.source, copy) for step_input in step.inputs)
        return "run" if fed and all(self._fed(each, copy) for each in step.requires) else "skip"

    def _concrete(self, upstream: Step, copy: StepCopy) -> list[str]:
        if upstream.mapped_over is None:
            return [upstream.key]
        base = upstream.key.removesuffix("[?]")
        if is_mapped_alike(upstream, copy.step):
            return [f"{base}[{copy.mapping_key}]"]
        keys = self.mapping.get(f"{upstream.mapped_over.step}.{upstream.mapped_over.output}", [])
        return [f"{base}[{key}]" for key in keys]

    def _fed(self, source: Source, copy: StepCopy) -> bool:
        """Whether the source has a value. A list has one if any of its sources has."""
        if isinstance(source, FromMany):
            return not source.sources or any(self._fed(each, copy) for each in source.sources)
        if isinstance(source, FromAsset) and source.step is not None and source.output is not None:
            source = FromStep(source.step, source.output)
        if not isinstance(source, FromStep):
            return True
        upstream = self.steps.get(source.step)
        if upstream is None:
            return True
        output = next(each for each in upstream.outputs if each.spec.name == source.output)
        if source.collect:
            return self.status.get(upstream.key) is not StepStatus.SKIPPED or upstream.mapped_over is not None
        if output.spec.dynamic:
            return True
        return any((key, source.output) in self.made for key in self._concrete(upstream, copy))

    def _push(self, copy: StepCopy) -> None:
        self._number += 1
        heapq.heappush(self._ready, (-priority_of(copy.step), self._number, copy))


def is_mapped_alike(upstream: Step, step: Step) -> bool:
    """Whether both are mapped over the same output: then a copy of one needs only the like copy of the other."""
    return step.mapped_over is not None and step.mapped_over == upstream.mapped_over


def priority_of(step: Step) -> int:
    """How urgent a step is: of those that are ready, the one with the highest number begins first."""
    return int(step.tags.get(PRIORITY_TAG, "0"))
