"""A warehouse project: a multi-asset that can be subset, marts on it, checks that block, selections of it all.

oracle: 1.13
"""

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetSelection,
    AssetSpec,
    DagsterInstance,
    DataVersion,
    Definitions,
    FilesystemIOManager,
    MaterializeResult,
    MetadataValue,
    asset,
    asset_check,
    define_asset_job,
    materialize,
    multi_asset,
)
from observe import caught, events, metadata, refused, show

RUNS = []
STORE = FilesystemIOManager(base_dir="store")
BAD = {"customers": 0}


@multi_asset(
    specs=[
        AssetSpec("orders", group_name="raw", kinds={"postgres"}, owners=["team:data"], skippable=True),
        AssetSpec("customers", group_name="raw", code_version="2", skippable=True),
        AssetSpec("order_lines", deps=["orders"], group_name="raw", skippable=True),
    ],
    check_specs=[AssetCheckSpec("no_nulls", asset="customers", blocking=True, additional_deps=["orders"])],
    can_subset=True,
    name="replicate",
)
def replicate(context: AssetExecutionContext):
    RUNS.append(
        [
            context.op.name,
            sorted(key.to_user_string() for key in context.selected_asset_keys),
            sorted(str(key.name) for key in context.selected_asset_check_keys),
        ]
    )
    for key in ("orders", "customers", "order_lines"):
        if AssetKey(key) in context.selected_asset_keys:
            yield MaterializeResult(
                asset_key=key, metadata={"table": MetadataValue.text(f"raw.{key}"), "rows": 3}
            )
    if context.selected_asset_check_keys:
        yield AssetCheckResult(
            asset_key="customers",
            check_name="no_nulls",
            passed=not BAD["customers"],
            severity=AssetCheckSeverity.ERROR,
            metadata={"nulls": BAD["customers"]},
        )


@asset(deps=[replicate], group_name="staging", tags={"tier": "2"}, description="Orders with their customer.")
def enriched_orders(context: AssetExecutionContext) -> list:
    return [{"order": 1, "customer": "x"}, {"order": 2, "customer": None}]


@asset(key_prefix=["marts", "sales"], group_name="marts", kinds={"python"})
def revenue(context: AssetExecutionContext, enriched_orders: list) -> MaterializeResult[int]:
    context.add_output_metadata({"early": True})
    return MaterializeResult(
        value=len(enriched_orders), metadata={"orders": len(enriched_orders)}, data_version=DataVersion("r1")
    )


@asset_check(asset=enriched_orders)
def every_customer_known(context: AssetCheckExecutionContext, enriched_orders):
    unknown = [row for row in enriched_orders if row["customer"] is None]
    return AssetCheckResult(
        passed=not unknown, severity=AssetCheckSeverity.WARN, metadata={"unknown": len(unknown)}
    )


@asset_check(asset=AssetKey(["marts", "sales", "revenue"]), blocking=True, description="More than nothing.")
def positive(revenue) -> AssetCheckResult:
    return AssetCheckResult(passed=revenue > 0)


@asset
def dashboard(revenue_mart: int = 0):
    return revenue_mart


ALL = [replicate, enriched_orders, revenue]
CHECKS = [every_customer_known, positive]
defs = Definitions(
    assets=ALL,
    asset_checks=CHECKS,
    resources={"io_manager": STORE},
    jobs=[
        define_asset_job("everything", selection=AssetSelection.all()),
        define_asset_job("raw_only", AssetSelection.groups("raw") - AssetSelection.assets("order_lines")),
        define_asset_job("marts", 'group:"marts" or key:"enriched_orders"', tags={"dagster/priority": "3"}),
        define_asset_job("no_checks", AssetSelection.all() - AssetSelection.all_asset_checks()),
        define_asset_job("checks_only", AssetSelection.all_asset_checks()),
    ],
)


def checks(result):
    return {
        each.check_name: [each.passed, each.severity, metadata(each.metadata)]
        for each in result.get_asset_check_evaluations()
    }


def run(name, **arguments):
    RUNS.clear()
    result = defs.resolve_job_def(name).execute_in_process(**arguments)
    return {"events": events(result), "runs": list(RUNS), "checks": checks(result)}


with DagsterInstance.ephemeral() as instance:
    show(everything=run("everything", instance=instance))
    show(raw_only=run("raw_only", instance=instance))
    show(marts=run("marts", instance=instance))
    show(no_checks=run("no_checks", instance=instance))
    show(checks_only=run("checks_only", instance=instance))
    show(
        selected=run(
            "everything", instance=instance, asset_selection=[AssetKey("orders"), AssetKey("enriched_orders")]
        )
    )
    BAD["customers"] = 2
    failed = defs.resolve_job_def("everything").execute_in_process(instance=instance, raise_on_error=False)
    show(
        blocked=events(failed),
        blocked_checks=checks(failed),
        blocked_error=caught(defs.resolve_job_def("everything").execute_in_process),
    )
    latest = instance.get_latest_materialization_event(AssetKey(["marts", "sales", "revenue"]))
    show(
        latest=metadata(latest.asset_materialization.metadata),
        version=latest.asset_materialization.tags["dagster/data_version"],
    )

show(
    specs={
        spec.key.to_user_string(): [
            spec.group_name,
            spec.kinds,
            spec.owners,
            spec.skippable,
            spec.code_version,
        ]
        for spec in defs.resolve_all_asset_specs()
    },
    upstream=sorted(key.to_user_string() for key in AssetSelection.assets(revenue).upstream().resolve(ALL)),
    sources=sorted(
        key.to_user_string() for key in AssetSelection.assets(revenue).upstream().roots().resolve(ALL)
    ),
    downstream=sorted(
        key.to_user_string() for key in AssetSelection.assets("orders").downstream(depth=1).resolve(ALL)
    ),
    unknown=refused(materialize, ALL, selection=AssetSelection.assets("nobody")),
    subset=[
        event.asset_key
        for event in materialize(ALL, selection=["orders", "order_lines"]).get_asset_materialization_events()
    ],
)
