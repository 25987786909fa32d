"""Classes that are mostly met as what a decorator or a run gives: made by hand, derived from, asked for their parts.

oracle: 1.13
"""

import logging

from dagster import (
    AssetKey,
    AssetValueLoader,
    DagsterInstance,
    DagsterJobMetadataValue,
    DagsterLogManager,
    DagsterType,
    DagsterTypeLoaderContext,
    Definitions,
    ExecuteInProcessResult,
    ExecutorDefinition,
    HookDefinition,
    In,
    InputManager,
    InputManagerDefinition,
    IOManager,
    IOManagerDefinition,
    JobDefinition,
    LoggerDefinition,
    RepositoryDefinition,
    ResourceDefinition,
    TableColumnDep,
    TableColumnLineage,
    TableColumnLineageMetadataValue,
    TimestampMetadataValue,
    TypeCheckContext,
    asset,
    dagster_type_loader,
    graph,
    in_process_executor,
    input_manager,
    io_manager,
    op,
    success_hook,
)
from observe import caught, metadata, refused, show

LINES = []
HOOKED = []


class Lines(logging.Handler):
    def emit(self, record):
        LINES.append([record.levelname, str(record.msg).split(" - ")[-1]])


def make_logger(init_context):
    made = logging.Logger("by_hand", level=init_context.logger_config["level"])
    made.addHandler(Lines())
    return made


by_hand_logger = LoggerDefinition(make_logger, config_schema={"level": str}, description="Into a list.")


class Numbers(IOManager):
    def handle_output(self, context, obj):
        KEPT[context.step_key] = obj

    def load_input(self, context):
        return KEPT[context.upstream_output.step_key]


class Constant(InputManager):
    def __init__(self, value):
        self.value = value

    def load_input(self, context):
        return [self.value, context.name, context.upstream_output is None]


KEPT = {}


@input_manager(input_config_schema={"times": int})
def repeated(context):
    return ["x"] * context.config["times"]


constant = InputManagerDefinition(resource_fn=lambda _: Constant(7))
numbers = IOManagerDefinition.hardcoded_io_manager(Numbers())


def check(context: TypeCheckContext, value):
    context.log.info("checking")
    return context.resources.most >= value


@dagster_type_loader({"base": int}, required_resource_keys={"most"})
def load_small(context: DagsterTypeLoaderContext, config):
    return config["base"] + (context.resources.most - context.resources.most)


Small = DagsterType(check, name="Small", required_resource_keys={"most"}, loader=load_small)


@success_hook
def noted(context):
    HOOKED.append([context.op.name, context.hook_def.name])


@op(ins={"number": In(Small)})
def use(context, number):
    assert isinstance(context.log, DagsterLogManager)
    context.log.warning("using %s", number)
    return number + 1


@op(ins={"given": In(input_manager_key="constant"), "many": In(input_manager_key="repeated")})
def take(given, many, made):
    return [given, many, made]


@graph
def both():
    take(made=use())


job: JobDefinition = both.to_job(
    resource_defs={
        "io_manager": numbers,
        "constant": constant,
        "repeated": repeated,
        "most": ResourceDefinition.hardcoded_resource(5),
    },
    logger_defs={"lines": by_hand_logger},
    hooks={noted},
    executor_def=in_process_executor,
    description="Both.",
)
config = {
    "ops": {"use": {"inputs": {"number": {"base": 4}}}, "take": {"inputs": {"many": {"times": 2}}}},
    "loggers": {"lines": {"config": {"level": "WARNING"}}},
}
result: ExecuteInProcessResult = job.execute_in_process(run_config=config)
too_many = {**config, "ops": {**config["ops"], "use": {"inputs": {"number": {"base": 6}}}}}
show(
    taken=result.output_for_node("take"),
    kept={name: KEPT[name] for name in sorted(KEPT)},
    lines=[line for line in LINES if "using" in line[1]],
    hooked=sorted(HOOKED),
    too_many=caught(job.execute_in_process, run_config=too_many),
    kinds=[
        isinstance(noted, HookDefinition),
        isinstance(in_process_executor, ExecutorDefinition),
        isinstance(repeated, InputManagerDefinition),
        isinstance(io_manager(lambda _: Numbers()), IOManagerDefinition),
        isinstance(by_hand_logger, LoggerDefinition),
    ],
    job=[
        job.name,
        job.description,
        sorted(job.resource_defs),
        [hook.name for hook in job.hook_defs],
        job.executor_def.name,
    ],
    logger=[by_hand_logger.description, by_hand_logger.logger_fn is make_logger],
)


@asset
def stored():
    return {"a": 1}


defs = Definitions(assets=[stored], jobs=[])

with DagsterInstance.local_temp() as instance:
    defs.resolve_implicit_global_asset_job_def().execute_in_process(instance=instance)
    with defs.get_asset_value_loader(instance=instance) as loader:
        is_loader = isinstance(loader, AssetValueLoader)
        show(
            loader=[
                is_loader,
                loader.load_asset_value("stored"),
                loader.load_asset_value(AssetKey("stored"), python_type=dict),
            ],
            nobody=refused(loader.load_asset_value, "nobody"),
        )

repository = defs.get_repository_def()
lineage = TableColumnLineage({"total": [TableColumnDep(AssetKey("orders"), "amount")]})
show(
    repository=[isinstance(repository, RepositoryDefinition), list(repository.assets_defs_by_key)],
    metadata=metadata({"at": TimestampMetadataValue(12.5)}),
    job=[
        getattr(DagsterJobMetadataValue("nightly", "here", "all"), each)
        for each in ("job_name", "location_name", "repository_name")
    ],
    lineage=[
        TableColumnLineageMetadataValue(lineage).value == lineage,
        [each.column_name for each in TableColumnLineageMetadataValue(lineage).value.deps_by_column["total"]],
    ],
)
