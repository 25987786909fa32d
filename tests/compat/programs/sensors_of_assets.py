"""Sensors that look at materialisations: what they are told, and how their cursor moves on.

oracle: both
"""

from dagster import (
    AssetKey,
    AssetMaterialization,
    DagsterInstance,
    Definitions,
    RunRequest,
    SkipReason,
    asset,
    asset_sensor,
    build_multi_asset_sensor_context,
    build_sensor_context,
    job,
    materialize,
    multi_asset_sensor,
    op,
)
from observe import caught, show


@op
def an_op():
    return 1


@job
def a_job():
    an_op()


@asset
def orders():
    return 1


@asset
def rates():
    return 2


@asset_sensor(asset_key=AssetKey("orders"), job=a_job)
def after_orders(context, event):
    yield RunRequest(
        run_key=event.dagster_event.event_specific_data.materialization.asset_key.to_user_string()
    )


@asset_sensor(asset_key=AssetKey("orders"), job=a_job)
def skips(context, event):
    return SkipReason("seen " + event.dagster_event.asset_key.to_user_string())


@multi_asset_sensor(monitored_assets=[AssetKey("orders"), AssetKey("rates")], job=a_job)
def after_both(context):
    records = context.latest_materialization_records_by_key()
    if all(records.values()):
        context.advance_all_cursors()
        return RunRequest(run_key="both")
    return SkipReason(
        "waiting for " + ", ".join(key.to_user_string() for key, each in records.items() if not each)
    )


@multi_asset_sensor(monitored_assets=[AssetKey("orders")], job=a_job)
def forgets_cursor(context):
    context.latest_materialization_records_by_key()
    return RunRequest(run_key="again")


@multi_asset_sensor(monitored_assets=[AssetKey("orders")], job=a_job)
def one_by_one(context):
    for record in context.materialization_records_for_key(AssetKey("orders"), limit=1):
        context.advance_cursor({AssetKey("orders"): record})
        yield RunRequest(run_key=str(record.event_log_entry.dagster_event.asset_key.to_user_string()))


defs = Definitions(assets=[orders, rates], sensors=[after_orders, after_both], jobs=[a_job])
repository = defs.get_repository_def()
instance = DagsterInstance.ephemeral()
cursors = {}


def ticked(definition):
    context = build_sensor_context(
        instance=instance, repository_def=repository, cursor=cursors.get(definition.name)
    )
    try:
        data = definition.evaluate_tick(context)
    except Exception:  # noqa: BLE001  whatever class it is
        return "refused"
    cursors[definition.name] = data.cursor
    return [[each.run_key for each in data.run_requests], bool(data.skip_message)]


def made(*assets):
    materialize(list(assets), instance=instance)


observed = {"empty": [ticked(each) for each in (after_orders, skips, after_both, one_by_one)]}
made(orders)
observed["orders"] = [ticked(each) for each in (after_orders, skips, after_both, forgets_cursor)]
observed["orders_again"] = [ticked(each) for each in (after_orders, skips, after_both)]
made(rates)
observed["rates"] = [ticked(each) for each in (after_orders, after_both)]
observed["rates_again"] = [ticked(each) for each in (after_orders, after_both)]
instance.report_runless_asset_event(AssetMaterialization("orders")) if hasattr(
    instance, "report_runless_asset_event"
) else made(orders)
made(orders)
observed["one_by_one"] = [ticked(one_by_one) for _ in range(4)]
observed["after_two"] = [ticked(each) for each in (after_orders, after_orders)]

multi = build_multi_asset_sensor_context(
    monitored_assets=[AssetKey("orders"), AssetKey("rates")],
    instance=instance,
    repository_def=repository,
    cursor_from_latest_materializations=True,
)
fresh = build_multi_asset_sensor_context(
    monitored_assets=[AssetKey("orders"), AssetKey("rates")], instance=instance, repository_def=repository
)
show(
    **observed,
    asset_key=after_orders.asset_key,
    name=after_orders.name,
    at_newest={
        key.to_user_string(): record is None
        for key, record in multi.latest_materialization_records_by_key().items()
    },
    fresh={
        key.to_user_string(): record is None
        for key, record in fresh.latest_materialization_records_by_key().items()
    },
    keys=[each.to_user_string() for each in fresh.asset_keys],
    count=len(fresh.materialization_records_for_key(AssetKey("orders"))),
    direct=after_both(fresh).run_key,
    direct_wrong=caught(after_both) != "no error",
)
