"""An asset with a Config class and one with the old schema, configured by run_config and by RunConfig.

oracle: both
"""

from dagster import Config, Definitions, RunConfig, asset, define_asset_job, materialize
from observe import caught, show


class Limits(Config):
    lowest: int = 1
    highest: int


@asset
def typed(config: Limits):
    return [config.lowest, config.highest]


@asset(config_schema={"factor": int})
def schema(context, typed):
    return [context.op_config["factor"] * each for each in typed]


run_config = {"ops": {"typed": {"config": {"highest": 4}}, "schema": {"config": {"factor": 10}}}}
by_dict = materialize([typed, schema], run_config=run_config)
by_object = materialize(
    [typed, schema],
    run_config=RunConfig(ops={"typed": Limits(highest=9), "schema": {"config": {"factor": 2}}}),
)
job = define_asset_job("both", config=run_config)
by_job = Definitions(assets=[typed, schema], jobs=[job]).get_job_def("both").execute_in_process()
show(
    by_dict=by_dict.asset_value("schema"),
    by_object=by_object.asset_value("schema"),
    by_job=by_job.asset_value("schema"),
    missing=caught(materialize, [typed]),
    wrong_type=caught(materialize, [typed], run_config={"ops": {"typed": {"config": {"highest": "many"}}}}),
    unknown_field=caught(
        materialize, [typed], run_config={"ops": {"typed": {"config": {"highest": 1, "x": 2}}}}
    ),
    unknown_op=caught(materialize, [typed], run_config={"ops": {"nobody": {"config": {}}}}),
)
