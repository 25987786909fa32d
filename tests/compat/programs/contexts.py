"""What the execution contexts of ops and assets say.

oracle: 1.13
"""

from dagster import (
    AssetExecutionContext,
    AssetIn,
    AssetOut,
    OpExecutionContext,
    ResourceDefinition,
    asset,
    job,
    materialize,
    multi_asset,
    op,
)
from observe import caught, show

seen = {}


@op(tags={"t": "1"}, required_resource_keys={"r"}, config_schema={"c": int})
def an_op(context: OpExecutionContext):
    seen["op"] = [
        context.op.name,
        context.op_def.name,
        context.job_name,
        context.job_def.name,
        context.run_id == context.run.run_id,
        context.run.job_name,
        context.run.tags["of"],
        context.has_tag("of"),
        context.get_tag("of"),
        context.get_tag("nothing"),
        context.op_config,
        context.resources.r,
        context.retry_number,
        context.has_partition_key,
        context.run_config["ops"],
        context.get_mapping_key(),
        sorted(context.selected_output_names),
        context.instance.is_ephemeral,
        caught(lambda: context.resources.nobody),
    ]
    return 1


@job(tags={"of": "job"}, resource_defs={"r": ResourceDefinition.hardcoded_resource("res")})
def a_job():
    an_op.alias("renamed")()


@asset(key_prefix="p")
def an_asset(context: AssetExecutionContext):
    seen["asset"] = [
        context.asset_key,
        context.asset_key_for_output(),
        context.op.name,
        sorted(key.to_user_string() for key in context.selected_asset_keys),
        context.has_partition_key,
        context.job_name,
        [key.to_user_string() for key in context.assets_def.keys],
    ]


@asset(ins={"upstream": AssetIn(["p", "an_asset"])})
def down(context, upstream):
    seen["down"] = [context.asset_key_for_input("upstream"), context.asset_key_for_output("result")]


@multi_asset(outs={"x": AssetOut(), "y": AssetOut(key_prefix="q")})
def several(context):
    seen["several"] = [
        [context.asset_key_for_output(name) for name in ("x", "y")],
        sorted(key.to_user_string() for key in context.selected_asset_keys),
        caught(lambda: context.asset_key),
    ]
    return 1, 2


a_job.execute_in_process(run_config={"ops": {"renamed": {"config": {"c": 3}}}})
materialize([an_asset, down, several])
show(**seen)
