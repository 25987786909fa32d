"""Automation conditions: when an asset or a check is to be made by itself, as values that a manifest carries.

A condition is a tree. Its leaves look at facts (missing, updated, a cron tick has passed), the rest combines them. What a
tree means at a moment is computed by :mod:`headwater.planning.automation_evaluation`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal, Union, cast

import msgspec

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey, CoercibleToAssetKey

OperandName = Literal[
    "missing",
    "run_in_progress",
    "backfill_in_progress",
    "execution_failed",
    "newly_updated",
    "newly_requested",
    "will_be_requested",
    "code_version_changed",
    "data_version_changed",
    "initial_evaluation",
    "executed_with_root_target",
    "updated_after_dependent",
    "check_passed",
    "check_failed",
    "freshness_passed",
    "freshness_warned",
    "freshness_failed",
]
RunTagsName = Literal["executed_with_tags", "any_new_update_has_run_tags", "all_new_updates_have_run_tags"]


class AutomationCondition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """When an asset or a check is to be made by itself. Combine with ``&``, ``|`` and ``~``.

    Begin with :meth:`eager`, :meth:`on_cron` or :meth:`on_missing`, and change what does not fit with :meth:`replace`,
    :meth:`without`, :meth:`allow` and :meth:`ignore`.

    >>> AutomationCondition.eager() & ~AutomationCondition.in_progress()  # doctest: +SKIP
    >>> AutomationCondition.missing().with_label("gone").get_label()
    'gone'
    """

    label: str | None = None

    def __class_getitem__(cls, _: Any) -> Any:
        """``AutomationCondition[AssetKey]`` in annotations: it says nothing more."""
        return cls

    # -- looking at it --------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What it is, without its label and without what it is made of."""
        return type(self).__name__

    @property
    def description(self) -> str:
        """What it means, in short."""
        return self.name

    @property
    def children(self) -> Sequence[AutomationCondition]:
        """What it is made of."""
        return ()

    def get_label(self) -> str | None:
        """The name that a user gave it."""
        return self.label

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.children))
        return self.label or (f"{self.name}({inner})" if inner else self.name)

    def __repr__(self) -> str:
        return f"AutomationCondition({self})"

    # -- changing it ----------------------------------------------------------------------------------------------

    def with_label(self, label: str | None) -> Any:
        """The same condition under a name, which is shown, and by which :meth:`replace` finds it."""
        return msgspec.structs.replace(self, label=label)

    def _mapped(self, change: Callable[[AutomationCondition], AutomationCondition]) -> AutomationCondition:
        """The same condition with each child changed."""
        return self

    def replace(self, old: AutomationCondition | str, new: AutomationCondition) -> Any:
        """The same condition with ``old`` (itself, or its label or name) replaced wherever it occurs."""
        if old in (self, self.name, self.label):
            return new
        return self._mapped(lambda child: child.replace(old, new))

    def allow(self, selection: Any) -> Any:
        """The same condition, looking only at those dependencies (or checks of those assets) that are selected."""
        return self._mapped(lambda child: child.allow(selection))

    def ignore(self, selection: Any) -> Any:
        """The same condition, not looking at the dependencies (or checks of those assets) that are selected."""
        return self._mapped(lambda child: child.ignore(selection))

    def since(self, reset_condition: AutomationCondition) -> Since:
        """True from when this became true until ``reset_condition`` does."""
        return Since(trigger=_part(self), reset=_part(reset_condition))

    def since_last_handled(self) -> Since:
        """True from when this became true until the asset is requested or updated."""
        of = AutomationCondition
        handled = (of.newly_requested() | of.newly_updated() | of.initial_evaluation()).with_label("handled")
        return self.since(handled)

    def newly_true(self) -> NewlyTrue:
        """True in the evaluation in which this becomes true."""
        return NewlyTrue(operand=_part(self))

    def __and__(self, other: AutomationCondition) -> AllOf:
        return AllOf(operands=(*_operands_of(self, AllOf), _part(other)))

    def __or__(self, other: AutomationCondition) -> AnyOf:
        return AnyOf(operands=(*_operands_of(self, AnyOf), _part(other)))

    def __invert__(self) -> NotTrue:
        return NotTrue(operand=_part(self))

    # -- ready to use ---------------------------------------------------------------------------------------------

    @staticmethod
    def eager() -> AllOf:
        """Make it when something above it was updated, or when it became missing; the newest time partition only."""
        of = AutomationCondition
        return AllOf(
            label="eager",
            operands=(
                of.in_latest_time_window(),
                (of.newly_missing() | of.any_deps_updated()).since_last_handled(),
                ~of.any_deps_missing(),
                ~of.any_deps_in_progress(),
                ~of.in_progress(),
            ),
        )

    @staticmethod
    def on_cron(cron_schedule: str, cron_timezone: str = "UTC") -> AllOf:
        """Make it after each tick of a cron expression, when everything above it was updated since that tick."""
        of = AutomationCondition
        return AllOf(
            label=f"on_cron({cron_schedule}, {cron_timezone})",
            operands=(
                of.in_latest_time_window(),
                of.cron_tick_passed(cron_schedule, cron_timezone).since_last_handled(),
                of.all_deps_updated_since_cron(cron_schedule, cron_timezone),
            ),
        )

    @staticmethod
    def on_missing() -> AllOf:
        """Make it when it became missing and nothing above it is."""
        of = AutomationCondition
        return AllOf(
            label="on_missing",
            operands=(
                of.in_latest_time_window(),
                of.missing().newly_true().since_last_handled().with_label("missing_since_last_handled"),
                ~of.any_deps_missing(),
            ),
        )

    # -- facts of the asset ---------------------------------------------------------------------------------------

    @staticmethod
    def missing() -> Operand:
        """It has never been made."""
        return Operand(operand="missing")

    @staticmethod
    def newly_missing() -> NewlyTrue:
        """It became missing: a new partition, a wiped asset."""
        return NewlyTrue(operand=AutomationCondition.missing(), label="newly_missing")

    @staticmethod
    def run_in_progress() -> Operand:
        """A run is going to make it."""
        return Operand(operand="run_in_progress")

    @staticmethod
    def backfill_in_progress() -> Operand:
        """A backfill is going to make it."""
        return Operand(operand="backfill_in_progress")

    @staticmethod
    def in_progress() -> AnyOf:
        """A run or a backfill is going to make it."""
        of = AutomationCondition
        return (of.run_in_progress() | of.backfill_in_progress()).with_label("in_progress")  # type: ignore[no-any-return]

    @staticmethod
    def execution_failed() -> Operand:
        """The newest run that was to make it failed, and did not make it."""
        return Operand(operand="execution_failed")

    @staticmethod
    def newly_updated() -> Operand:
        """It was made, or observed with another data version, since the evaluation before."""
        return Operand(operand="newly_updated")

    @staticmethod
    def newly_requested() -> Operand:
        """It was requested in the evaluation before."""
        return Operand(operand="newly_requested")

    @staticmethod
    def will_be_requested() -> Operand:
        """It is requested in this evaluation, and can be made in one run with the asset that asks."""
        return Operand(operand="will_be_requested")

    @staticmethod
    def code_version_changed() -> Operand:
        """Its code version is another than in the evaluation before."""
        return Operand(operand="code_version_changed")

    @staticmethod
    def data_version_changed() -> Operand:
        """It was updated since the evaluation before, with another data version."""
        return Operand(operand="data_version_changed")

    @staticmethod
    def initial_evaluation() -> Operand:
        """This condition is evaluated for the first time, or has changed."""
        return Operand(operand="initial_evaluation")

    @staticmethod
    def executed_with_root_target() -> Operand:
        """Its newest run was to make the asset that asks, too."""
        return Operand(operand="executed_with_root_target")

    @staticmethod
    def updated_after_dependent() -> Operand:
        """Asked of something that an asset depends on: it was updated after that asset was."""
        return Operand(operand="updated_after_dependent")

    @staticmethod
    def cron_tick_passed(cron_schedule: str, cron_timezone: str = "UTC") -> CronTickPassed:
        """A tick of the cron expression has passed since the evaluation before."""
        return CronTickPassed(cron_schedule=cron_schedule, cron_timezone=cron_timezone)

    @staticmethod
    def in_latest_time_window(lookback_delta: datetime.timedelta | None = None) -> InLatestTimeWindow:
        """The partition is the newest one of time, or lies within ``lookback_delta`` before its end."""
        seconds = lookback_delta.total_seconds() if lookback_delta is not None else None
        return InLatestTimeWindow(lookback_seconds=seconds)

    @staticmethod
    def executed_with_tags(
        *, tag_keys: AbstractSet[str] | None = None, tag_values: Mapping[str, str] | None = None
    ) -> RunTags:
        """Its newest run has these tags."""
        return _run_tags("executed_with_tags", tag_keys, tag_values)

    @staticmethod
    def any_new_update_has_run_tags(
        *, tag_keys: AbstractSet[str] | None = None, tag_values: Mapping[str, str] | None = None
    ) -> RunTags:
        """A run that has updated it since the evaluation before has these tags."""
        return _run_tags("any_new_update_has_run_tags", tag_keys, tag_values)

    @staticmethod
    def all_new_updates_have_run_tags(
        *, tag_keys: AbstractSet[str] | None = None, tag_values: Mapping[str, str] | None = None
    ) -> RunTags:
        """It was updated since the evaluation before, and all runs that did have these tags."""
        return _run_tags("all_new_updates_have_run_tags", tag_keys, tag_values)

    # -- facts of checks and of freshness -------------------------------------------------------------------------

    @staticmethod
    def check_passed() -> Operand:
        """The newest evaluation of the check has passed."""
        return Operand(operand="check_passed")

    @staticmethod
    def check_failed() -> Operand:
        """The newest evaluation of the check has failed."""
        return Operand(operand="check_failed")

    @staticmethod
    def freshness_passed() -> Operand:
        """By its freshness policy the asset is fresh."""
        return Operand(operand="freshness_passed")

    @staticmethod
    def freshness_warned() -> Operand:
        """By its freshness policy the asset is near to being overdue."""
        return Operand(operand="freshness_warned")

    @staticmethod
    def freshness_failed() -> Operand:
        """By its freshness policy the asset is overdue."""
        return Operand(operand="freshness_failed")

    # -- other assets and checks ----------------------------------------------------------------------------------

    @staticmethod
    def asset_matches(key: CoercibleToAssetKey, condition: AutomationCondition) -> AssetMatches:
        """``condition`` holds of the asset ``key``."""
        return AssetMatches(key=AssetKey.from_coercible(key), operand=_part(condition))

    @staticmethod
    def any_deps_match(condition: AutomationCondition) -> Deps:
        """``condition`` holds of some asset that it depends on."""
        return Deps(every=False, operand=_part(condition))

    @staticmethod
    def all_deps_match(condition: AutomationCondition) -> Deps:
        """``condition`` holds of every asset that it depends on."""
        return Deps(every=True, operand=_part(condition))

    @staticmethod
    def any_deps_updated() -> Deps:
        """Something that it depends on was updated (not by a run that was to make it, too), or will be in this run."""
        of = AutomationCondition
        elsewhere = of.newly_updated() & ~of.executed_with_root_target()
        updated = elsewhere.with_label("newly_updated_without_root") | of.will_be_requested()
        return Deps(every=False, operand=updated, label="any_deps_updated")

    @staticmethod
    def any_deps_missing() -> Deps:
        """Something that it depends on is missing, and is not going to be made in this run."""
        of = AutomationCondition
        return Deps(every=False, operand=of.missing() & ~of.will_be_requested(), label="any_deps_missing")

    @staticmethod
    def any_deps_in_progress() -> Deps:
        """Something that it depends on is being made."""
        return Deps(every=False, operand=AutomationCondition.in_progress(), label="any_deps_in_progress")

    @staticmethod
    def all_deps_updated_since_cron(cron_schedule: str, cron_timezone: str = "UTC") -> Deps:
        """Everything that it depends on was updated since the newest tick, or will be in this run."""
        of = AutomationCondition
        updated = of.newly_updated().since(of.cron_tick_passed(cron_schedule, cron_timezone))
        label = f"all_deps_updated_since_cron({cron_schedule}, {cron_timezone})"
        return Deps(every=True, operand=updated | of.will_be_requested(), label=label)

    @staticmethod
    def all_deps_blocking_checks_passed() -> Deps:
        """The blocking checks of everything that it depends on have passed, or will be evaluated in this run."""
        of = AutomationCondition
        passed = of.all_checks_match(of.check_passed() | of.will_be_requested(), blocking_only=True)
        label = "all_deps_blocking_checks_passed"
        return Deps(every=True, operand=passed.with_label("all_blocking_checks_passed"), label=label)

    @staticmethod
    def any_checks_match(condition: AutomationCondition, blocking_only: bool = False) -> Checks:
        """``condition`` holds of some check of the asset."""
        return Checks(every=False, operand=_part(condition), blocking_only=blocking_only)

    @staticmethod
    def all_checks_match(condition: AutomationCondition, blocking_only: bool = False) -> Checks:
        """``condition`` holds of every check of the asset."""
        return Checks(every=True, operand=_part(condition), blocking_only=blocking_only)

    @staticmethod
    def any_downstream_conditions() -> DownstreamConditions:
        """Some condition of an asset below holds, asked of this asset."""
        return DownstreamConditions()

    @staticmethod
    def any_job_root_assets_match(condition: AutomationCondition) -> Deps:
        """Not offered: conditions belong to assets and checks here, not to jobs."""
        raise _no_job_conditions(condition)

    @staticmethod
    def all_job_root_assets_match(condition: AutomationCondition) -> Deps:
        """Not offered: conditions belong to assets and checks here, not to jobs."""
        raise _no_job_conditions(condition)


class Operand(AutomationCondition, frozen=True, tag="operand"):
    """A fact of the asset or check itself that needs no argument."""

    operand: OperandName

    @property
    def name(self) -> str:
        """The fact."""
        return self.operand


class CronTickPassed(AutomationCondition, frozen=True, tag="cron_tick_passed"):
    """A tick has passed since the evaluation before."""

    cron_schedule: str
    cron_timezone: str = "UTC"

    @property
    def name(self) -> str:
        """With its arguments."""
        return f"cron_tick_passed(cron_schedule={self.cron_schedule}, cron_timezone={self.cron_timezone})"


class InLatestTimeWindow(AutomationCondition, frozen=True, tag="in_latest_time_window"):
    """The newest partitions of time; all of what is not partitioned by time."""

    lookback_seconds: float | None = None

    @property
    def name(self) -> str:
        """With its argument, where it has one."""
        seconds = self.lookback_seconds
        return "in_latest_time_window" + (f"(lookback_seconds={seconds:g})" if seconds is not None else "")


class RunTags(AutomationCondition, frozen=True, tag="run_tags"):
    """Tags of the runs that have updated it."""

    updates: RunTagsName
    tag_keys: tuple[str, ...] = ()
    tag_values: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """With its arguments."""
        keys = [f"tag_keys={{{','.join(self.tag_keys)}}}"] if self.tag_keys else []
        values = [f"{key}={value}" for key, value in self.tag_values]
        return f"{self.updates}({', '.join([*keys, *values])})"

    def fits(self, tags: Mapping[str, str]) -> bool:
        """Whether a run with these tags has those that are asked for."""
        return set(self.tag_keys) <= tags.keys() and all(tags.get(key) == v for key, v in self.tag_values)


class AllOf(AutomationCondition, frozen=True, tag="and"):
    """All of several conditions hold."""

    operands: tuple[AnyAutomationCondition, ...]

    @property
    def name(self) -> str:
        """The operator."""
        return "AND"

    @property
    def children(self) -> Sequence[AutomationCondition]:
        """Its operands."""
        return self.operands

    def without(self, condition: AutomationCondition) -> AllOf:
        """The same condition without one of its operands. Raises :class:`DagsterInvalidDefinitionError` if it has none
        such."""
        if condition not in self.operands:
            raise DagsterInvalidDefinitionError(
                f"{condition} is no operand of {self}. It has: {', '.join(map(str, self.operands))}."
            )
        kept = tuple(each for each in self.operands if each != condition)
        return msgspec.structs.replace(self, operands=kept, label=None)

    def _mapped(self, change: Callable[[AutomationCondition], AutomationCondition]) -> AutomationCondition:
        return msgspec.structs.replace(self, operands=tuple(_part(change(each)) for each in self.operands))


class AnyOf(AutomationCondition, frozen=True, tag="or"):
    """One of several conditions holds."""

    operands: tuple[AnyAutomationCondition, ...]

    @property
    def name(self) -> str:
        """The operator."""
        return "OR"

    @property
    def children(self) -> Sequence[AutomationCondition]:
        """Its operands."""
        return self.operands

    def _mapped(self, change: Callable[[AutomationCondition], AutomationCondition]) -> AutomationCondition:
        return msgspec.structs.replace(self, operands=tuple(_part(change(each)) for each in self.operands))


class _WithOperand(AutomationCondition, frozen=True):
    """A condition that is made of one other."""

    operand: AnyAutomationCondition

    @property
    def children(self) -> Sequence[AutomationCondition]:
        """Its operand."""
        return (self.operand,)

    def _mapped(self, change: Callable[[AutomationCondition], AutomationCondition]) -> AutomationCondition:
        return msgspec.structs.replace(self, operand=_part(change(self.operand)))


class NotTrue(_WithOperand, frozen=True, tag="not"):
    """A condition does not hold."""

    @property
    def name(self) -> str:
        """The operator."""
        return "NOT"


class NewlyTrue(_WithOperand, frozen=True, tag="newly_true"):
    """A condition holds, and did not in the evaluation before."""

    @property
    def name(self) -> str:
        """The operator."""
        return "NEWLY_TRUE"


class Since(AutomationCondition, frozen=True, tag="since"):
    """A condition was true, and another one was not since."""

    trigger: AnyAutomationCondition
    reset: AnyAutomationCondition

    @property
    def name(self) -> str:
        """The operator."""
        return "SINCE"

    @property
    def children(self) -> Sequence[AutomationCondition]:
        """What begins it, and what ends it."""
        return (self.trigger, self.reset)

    def _mapped(self, change: Callable[[AutomationCondition], AutomationCondition]) -> AutomationCondition:
        return msgspec.structs.replace(
            self, trigger=_part(change(self.trigger)), reset=_part(change(self.reset))
        )


class AssetMatches(_WithOperand, frozen=True, tag="asset_matches"):
    """A condition holds of an asset that is named."""

    key: AssetKey

    @property
    def name(self) -> str:
        """The asset."""
        return self.key.to_user_string()


class _Narrowed(_WithOperand, frozen=True):
    """A condition asked of some assets or checks. ``allow`` and ``ignore`` are texts of selections."""

    every: bool
    allow_selection: str | None = None
    ignore_selection: str | None = None

    def allow(self, selection: Any) -> Any:
        """The same condition, asked only of what is selected (too)."""
        return msgspec.structs.replace(self, allow_selection=_either(self.allow_selection, selection))

    def ignore(self, selection: Any) -> Any:
        """The same condition, not asked of what is selected."""
        return msgspec.structs.replace(self, ignore_selection=_either(self.ignore_selection, selection))

    def _named(self, what: str, *arguments: str) -> str:
        said = [
            *arguments,
            *(f"{label}={text}" for label, text in self._selections() if text is not None),
        ]
        return f"{'ALL' if self.every else 'ANY'}_{what}_MATCH" + (f"({', '.join(said)})" if said else "")

    def _selections(self) -> Sequence[tuple[str, str | None]]:
        return (("allow_selection", self.allow_selection), ("ignore_selection", self.ignore_selection))


class Deps(_Narrowed, frozen=True, tag="deps"):
    """A condition holds of the assets that it depends on: of every one, or of some."""

    @property
    def name(self) -> str:
        """The operator, with its selections."""
        return self._named("DEPS")


class Checks(_Narrowed, frozen=True, tag="checks"):
    """A condition holds of the checks of the asset: of every one, or of some."""

    blocking_only: bool = False

    @property
    def name(self) -> str:
        """The operator, with its selections."""
        return self._named("CHECKS", *(["blocking_only=True"] if self.blocking_only else []))


class DownstreamConditions(AutomationCondition, frozen=True, tag="downstream"):
    """Some condition of an asset below holds, asked of this asset."""

    @property
    def name(self) -> str:
        """The operator."""
        return "ANY_DOWNSTREAM_CONDITIONS"


AnyAutomationCondition = Union[  # noqa: UP007 - msgspec reads it
    Operand,
    CronTickPassed,
    InLatestTimeWindow,
    RunTags,
    AllOf,
    AnyOf,
    NotTrue,
    NewlyTrue,
    Since,
    AssetMatches,
    Deps,
    Checks,
    DownstreamConditions,
]
KNOWN_CONDITIONS: tuple[type[AutomationCondition], ...] = AnyAutomationCondition.__args__  # type: ignore[attr-defined]


def find_unknown_condition(condition: AutomationCondition) -> AutomationCondition | None:
    """A part of it that is of a class of the user's; None where all of it can leave the process."""
    if type(condition) not in KNOWN_CONDITIONS:
        return condition
    return next((found for each in condition.children if (found := find_unknown_condition(each))), None)


def _part(condition: AutomationCondition) -> AnyAutomationCondition:
    """A condition as a part of another one. One of a class of the user's is found when a code location is loaded."""
    return cast("AnyAutomationCondition", condition)


def _operands_of(
    condition: AutomationCondition, kind: type[AllOf] | type[AnyOf]
) -> tuple[AnyAutomationCondition, ...]:
    """The operands of an unnamed condition of that kind, which another one can join; else itself."""
    if isinstance(condition, kind) and condition.label is None:
        return condition.operands
    return (_part(condition),)


def _run_tags(name: RunTagsName, keys: AbstractSet[str] | None, values: Mapping[str, str] | None) -> RunTags:
    return RunTags(
        updates=name, tag_keys=tuple(sorted(keys or ())), tag_values=tuple(sorted((values or {}).items()))
    )


def _either(known: str | None, selection: Any) -> str:
    text = selection if isinstance(selection, str) else str(selection)
    return text if known is None else f"({known}) or ({text})"


def _no_job_conditions(condition: AutomationCondition) -> DagsterInvalidDefinitionError:
    return DagsterInvalidDefinitionError(
        f"Conditions of whole jobs are not offered, so there are no root assets to ask {condition} of. Give the condition "
        "to the assets of the job: automation_condition=... in @asset."
    )
