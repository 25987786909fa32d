"""The older rules by which assets were made by themselves, each as the automation condition that says the same."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from headwater.model.automation_condition import AutomationCondition
from headwater.planning.cron import check_cron, check_timezone


class AutoMaterializeDecisionType(enum.Enum):
    """What a rule is for."""

    MATERIALIZE = "MATERIALIZE"
    SKIP = "SKIP"


class AutoMaterializeAssetPartitionsFilter(msgspec.Struct, frozen=True):
    """Which updates of an asset above count: those by runs with these tags."""

    latest_run_required_tags: Mapping[str, str] | None = None

    @property
    def description(self) -> str:
        """What it says."""
        return f"latest run includes required tags: {dict(self.latest_run_required_tags or {})}"


class AutoMaterializeRule(msgspec.Struct, frozen=True):
    """A reason to make an asset, or not to. ``condition`` says the same as an :class:`AutomationCondition`.

    >>> AutoMaterializeRule.materialize_on_cron("0 9 * * *").description
    'cron_tick_passed(cron_schedule=0 9 * * *, cron_timezone=UTC)'
    """

    decision_type: AutoMaterializeDecisionType
    condition: AutomationCondition
    all_partitions: bool = False

    @property
    def description(self) -> str:
        """What it says."""
        return str(self.condition)

    def to_asset_condition(self) -> AutomationCondition:
        """The condition that says the same."""
        return self.condition

    # -- reasons to make it ---------------------------------------------------------------------------------------

    @staticmethod
    def materialize_on_cron(
        cron_schedule: str, timezone: str = "UTC", all_partitions: bool = False
    ) -> AutoMaterializeRule:
        """A tick of a cron expression has passed; with ``all_partitions``, for all of them and not the newest alone."""
        check_cron(cron_schedule, "The rule materialize_on_cron")
        check_timezone(timezone, "The rule materialize_on_cron")
        condition = AutomationCondition.cron_tick_passed(cron_schedule, timezone)
        return AutoMaterializeRule(AutoMaterializeDecisionType.MATERIALIZE, condition, all_partitions)

    @staticmethod
    def materialize_on_missing() -> AutoMaterializeRule:
        """It has never been made."""
        return _reason(AutomationCondition.newly_missing())

    @staticmethod
    def materialize_on_parent_updated(
        updated_parent_filter: AutoMaterializeAssetPartitionsFilter | None = None,
    ) -> AutoMaterializeRule:
        """Something that it depends on was updated, by a run that passes the filter."""
        of = AutomationCondition
        tags = updated_parent_filter.latest_run_required_tags if updated_parent_filter is not None else None
        if not tags:
            return _reason(of.any_deps_updated())
        return _reason(of.any_deps_match(of.newly_updated() & of.executed_with_tags(tag_values=tags)))

    @staticmethod
    def materialize_on_required_for_freshness() -> AutoMaterializeRule:
        """By its freshness policy it is overdue."""
        return _reason(AutomationCondition.freshness_failed().newly_true())

    # -- reasons not to -------------------------------------------------------------------------------------------

    @staticmethod
    def skip_on_parent_missing() -> AutoMaterializeRule:
        """Something that it depends on has never been made."""
        return _objection(AutomationCondition.any_deps_missing())

    @staticmethod
    def skip_on_parent_outdated() -> AutoMaterializeRule:
        """Something that it depends on is itself behind what that depends on."""
        of = AutomationCondition
        outdated = of.any_deps_match(of.updated_after_dependent()) & ~of.will_be_requested()
        return _objection(of.any_deps_match(outdated).with_label("any_deps_outdated"))

    @staticmethod
    def skip_on_not_all_parents_updated(
        require_update_for_all_parent_partitions: bool = False,
    ) -> AutoMaterializeRule:
        """Not everything that it depends on was updated since it was made."""
        of = AutomationCondition
        updated = of.updated_after_dependent() | of.will_be_requested()
        return _objection(~of.all_deps_match(updated).with_label("all_deps_updated"))

    @staticmethod
    def skip_on_not_all_parents_updated_since_cron(
        cron_schedule: str, timezone: str = "UTC"
    ) -> AutoMaterializeRule:
        """Not everything that it depends on was updated since the newest tick."""
        check_cron(cron_schedule, "The rule skip_on_not_all_parents_updated_since_cron")
        return _objection(~AutomationCondition.all_deps_updated_since_cron(cron_schedule, timezone))

    @staticmethod
    def skip_on_required_but_nonexistent_parents() -> AutoMaterializeRule:
        """Partitions that it depends on do not exist: those are missing, too."""
        return _objection(AutomationCondition.any_deps_missing())

    @staticmethod
    def skip_on_backfill_in_progress(all_partitions: bool = False) -> AutoMaterializeRule:
        """A backfill is making it."""
        return _objection(AutomationCondition.backfill_in_progress())

    @staticmethod
    def skip_on_run_in_progress() -> AutoMaterializeRule:
        """A run is making it."""
        return _objection(AutomationCondition.run_in_progress())


def _reason(condition: AutomationCondition) -> AutoMaterializeRule:
    return AutoMaterializeRule(AutoMaterializeDecisionType.MATERIALIZE, condition)


def _objection(condition: AutomationCondition) -> AutoMaterializeRule:
    return AutoMaterializeRule(AutoMaterializeDecisionType.SKIP, condition)
