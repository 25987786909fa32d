"""Definitions of today: merge, @definitions, loading definitions from modules, asset specs with kinds.

oracle: 1.13
"""

import types

from dagster import (
    AssetCheckResult,
    AssetKey,
    AssetSpec,
    ConfigurableResource,
    Definitions,
    asset,
    asset_check,
    definitions,
    job,
    load_definitions_from_module,
    op,
)
from observe import caught, show, step_events


class Store(ConfigurableResource):
    name: str


@asset
def a(store: Store):
    return store.name


@asset(deps=[a])
def b():
    return 1


@asset_check(asset=a)
def check_a():
    return AssetCheckResult(passed=True)


@op
def an_op():
    return 1


@job
def a_job():
    an_op()


@definitions
def lazily():
    return Definitions(assets=[b])


merged = Definitions.merge(
    Definitions(assets=[a], resources={"store": Store(name="s")}),
    Definitions(assets=[b, AssetSpec("outside")], jobs=[a_job], asset_checks=[check_a]),
)
module = types.ModuleType("made")
module.__dict__.update({"a": a, "b": b, "a_job": a_job, "check_a": check_a, "store": 5})
loaded = load_definitions_from_module(module, resources={"store": Store(name="t")})


def keys(defs):
    return sorted(each.key.to_user_string() for each in defs.resolve_all_asset_specs())


show(
    keys=[keys(merged), keys(loaded), keys(lazily())],
    steps=step_events(merged.resolve_implicit_global_asset_job_def().execute_in_process(), "STEP_START"),
    jobs=[each.name for each in loaded.jobs],
    value=loaded.resolve_implicit_global_asset_job_def().execute_in_process().asset_value("a"),
    job=merged.resolve_job_def("a_job").execute_in_process().success,
    twice=caught(Definitions.merge, Definitions(resources={"r": 1}), Definitions(resources={"r": 2})),
    same_twice=caught(Definitions.merge, Definitions(resources={"r": 1}), Definitions(resources={"r": 1})),
    validated=caught(Definitions.validate_loadable, merged),
    invalid=caught(Definitions.validate_loadable, Definitions(assets=[a])),
    assets_def=merged.resolve_assets_def(AssetKey("a")).key,
    mapped=sorted(
        spec.group_name
        for spec in merged.map_asset_specs(
            func=lambda spec: spec.replace_attributes(group_name="all")
        ).resolve_all_asset_specs()
    ),
)
