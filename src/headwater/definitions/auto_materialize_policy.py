"""The older way to say when an asset is made by itself: rules, which together are one automation condition."""

from __future__ import annotations

import enum
import functools
import operator
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from headwater.definitions.auto_materialize_rule import AutoMaterializeDecisionType, AutoMaterializeRule
from headwater.model.automation_condition import AutomationCondition
from headwater.model.errors import CheckError


class AutoMaterializePolicyType(enum.Enum):
    """Whether an asset follows what is above it, or what it owes to those below."""

    EAGER = "EAGER"
    LAZY = "LAZY"


class AutoMaterializePolicy:
    """When an asset is made by itself, said with rules. New code says it with an :class:`AutomationCondition`.

    ``max_materializations_per_minute`` is kept and read by nobody: only the newest partition of time is asked for, and
    runs wait in the queue. Raises :class:`CheckError` for a policy without a rule.

    >>> AutoMaterializePolicy.eager().to_automation_condition().get_label()
    'eager'
    """

    def __init__(
        self,
        rules: AbstractSet[AutoMaterializeRule] = frozenset(),
        max_materializations_per_minute: int | None = 1,
        asset_condition: AutomationCondition | None = None,
        *,
        on_missing: bool = False,
        on_new_parent_data: bool = False,
        for_freshness: bool = False,
        time_window_partition_scope_minutes: float | None = None,
    ) -> None:
        if not rules and asset_condition is None:
            rules = _rules_of(on_missing, on_new_parent_data, for_freshness)
        if not rules and asset_condition is None:
            raise CheckError("An AutoMaterializePolicy needs at least one rule by which an asset is made.")
        if max_materializations_per_minute is not None and max_materializations_per_minute <= 0:
            raise CheckError("max_materializations_per_minute is above 0, or None.")
        self.rules = frozenset(rules)
        self.max_materializations_per_minute = max_materializations_per_minute
        self.asset_condition = asset_condition

    @staticmethod
    def eager(max_materializations_per_minute: int | None = 1) -> AutoMaterializePolicy:
        """Made when it is missing, and when something that it depends on was updated."""
        return AutoMaterializePolicy(_rules_of(True, True, True), max_materializations_per_minute)

    @staticmethod
    def lazy(max_materializations_per_minute: int | None = 1) -> AutoMaterializePolicy:
        """Made when its freshness policy asks for it."""
        return AutoMaterializePolicy(_rules_of(False, False, True), max_materializations_per_minute)

    @staticmethod
    def from_automation_condition(automation_condition: AutomationCondition) -> AutoMaterializePolicy:
        """A policy that is a condition."""
        return AutoMaterializePolicy(frozenset(), None, automation_condition)

    def with_rules(self, *rules_to_add: AutoMaterializeRule) -> AutoMaterializePolicy:
        """The same policy with more rules."""
        return AutoMaterializePolicy(self.rules | set(rules_to_add), self.max_materializations_per_minute)

    def without_rules(self, *rules_to_remove: AutoMaterializeRule) -> AutoMaterializePolicy:
        """The same policy without some rules. Raises :class:`CheckError` for one that it does not have."""
        strange = [each.description for each in rules_to_remove if each not in self.rules]
        if strange:
            raise CheckError(f"The policy has no such rule: {', '.join(strange)}.")
        return AutoMaterializePolicy(self.rules - set(rules_to_remove), self.max_materializations_per_minute)

    @property
    def materialize_rules(self) -> AbstractSet[AutoMaterializeRule]:
        """The reasons to make the asset."""
        return self._of(AutoMaterializeDecisionType.MATERIALIZE)

    @property
    def skip_rules(self) -> AbstractSet[AutoMaterializeRule]:
        """The reasons not to."""
        return self._of(AutoMaterializeDecisionType.SKIP)

    def _of(self, kind: AutoMaterializeDecisionType) -> AbstractSet[AutoMaterializeRule]:
        return frozenset(each for each in self.rules if each.decision_type is kind)

    @property
    def on_missing(self) -> bool:
        """Whether it is made when it is missing."""
        return AutoMaterializeRule.materialize_on_missing() in self.rules

    @property
    def on_new_parent_data(self) -> bool:
        """Whether it is made when something that it depends on was updated."""
        return AutoMaterializeRule.materialize_on_parent_updated() in self.rules

    @property
    def for_freshness(self) -> bool:
        """Whether it is made when its freshness policy asks for it."""
        return AutoMaterializeRule.materialize_on_required_for_freshness() in self.rules

    @property
    def policy_type(self) -> AutoMaterializePolicyType:
        """Which of the two it is."""
        is_eager = self.asset_condition is not None or self.on_new_parent_data
        return AutoMaterializePolicyType.EAGER if is_eager else AutoMaterializePolicyType.LAZY

    def to_automation_condition(self) -> AutomationCondition:
        """The condition that says the same: some reason since the asset was last handled, and nothing against it."""
        if self.asset_condition is not None:
            return self.asset_condition
        of = AutomationCondition
        handled = (of.newly_requested() | of.newly_updated()).with_label("handled")
        reasons = _any_of(self.materialize_rules).since(handled)
        whole = functools.reduce(
            operator.and_, (~each for each in _ordered(self.skip_rules)), reasons & _LATEST
        )
        if any(each.all_partitions for each in self.materialize_rules):
            whole = whole.without(_LATEST)
        return whole.with_label(self.policy_type.value.lower())  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AutoMaterializePolicy) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.rules, self.max_materializations_per_minute, self.asset_condition))

    def __repr__(self) -> str:
        return f"AutoMaterializePolicy({', '.join(sorted(each.description for each in self.rules))})"


_LATEST = AutomationCondition.in_latest_time_window()


def _rules_of(
    on_missing: bool, on_new_parent_data: bool, for_freshness: bool
) -> AbstractSet[AutoMaterializeRule]:
    of = AutoMaterializeRule
    given = [
        (on_missing, of.materialize_on_missing()),
        (on_new_parent_data, of.materialize_on_parent_updated()),
        (for_freshness, of.materialize_on_required_for_freshness()),
    ]
    reasons = {rule for wanted, rule in given if wanted}
    if not reasons:
        return frozenset()
    return reasons | {
        of.skip_on_parent_missing(),
        of.skip_on_parent_outdated(),
        of.skip_on_required_but_nonexistent_parents(),
        of.skip_on_backfill_in_progress(),
    }


def _ordered(rules: Iterable[AutoMaterializeRule]) -> list[AutomationCondition]:
    """The conditions of rules, each once, in an order that is the same in every process."""
    return sorted({each.condition for each in rules}, key=str)


def _any_of(rules: Iterable[AutoMaterializeRule]) -> AutomationCondition:
    """One of the reasons. A policy may have none: then nothing is ever made."""
    conditions = _ordered(rules)
    if not conditions:
        never = AutomationCondition.missing()
        return never & ~never
    return functools.reduce(operator.or_, conditions)
