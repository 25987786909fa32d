"""Give the spec of an asset a freshness policy, where it has none or in place of its own."""

from __future__ import annotations

from headwater.definitions.asset_spec import AssetSpec
from headwater.planning.freshness_policy import FreshnessPolicy


def apply_freshness_policy(
    spec: AssetSpec, policy: FreshnessPolicy, overwrite_existing: bool = True
) -> AssetSpec:
    """The same spec with a freshness policy; its own stays where it has one and ``overwrite_existing`` is false.

    >>> apply_freshness_policy(AssetSpec("orders"), FreshnessPolicy.time_window(timedelta(hours=1)))  # doctest: +SKIP
    """
    if spec.freshness_policy is not None and not overwrite_existing:
        return spec
    return spec.replace_attributes(freshness_policy=policy)
