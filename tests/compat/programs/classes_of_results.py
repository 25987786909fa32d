"""The classes that users annotate with or test for: definitions, contexts and results are instances of them.

oracle: both
"""

from dagster import (
    AssetsDefinition,
    AssetValueLoader,
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DagsterLogManager,
    DagsterRun,
    DagsterType,
    DagsterTypeLoader,
    DagsterTypeLoaderContext,
    Definitions,
    ExecuteInProcessResult,
    ExecutorDefinition,
    GraphDefinition,
    HookContext,
    HookDefinition,
    InputContext,
    InputManagerDefinition,
    IOManager,
    IOManagerDefinition,
    JobDefinition,
    LoggerDefinition,
    OpDefinition,
    OpExecutionContext,
    OutputContext,
    PendingNodeInvocation,
    RepositoryDefinition,
    ResourceDefinition,
    ScheduleDefinition,
    TypeCheckContext,
    asset,
    build_hook_context,
    build_input_context,
    build_op_context,
    build_output_context,
    dagster_type_loader,
    fs_io_manager,
    graph,
    in_process_executor,
    input_manager,
    io_manager,
    logger,
    multi_or_in_process_executor,
    multiprocess_executor,
    op,
    repository,
    resource,
    schedule,
    success_hook,
)
from observe import show

seen = {}


def check(context, value):
    seen["type_check"] = isinstance(context, TypeCheckContext)
    return True


@dagster_type_loader(str)
def loader(context, value):
    seen["loader"] = isinstance(context, DagsterTypeLoaderContext)
    return value


@op
def an_op(context, value: DagsterType(name="Loaded", type_check_fn=check, loader=loader)):
    seen["op"] = [isinstance(context, OpExecutionContext), isinstance(context.log, DagsterLogManager)]
    seen["run"] = isinstance(context.run, DagsterRun)
    return value


@graph
def a_graph():
    seen["invocation"] = isinstance(an_op.alias("x"), PendingNodeInvocation)
    an_op()


@asset
def an_asset():
    return 1


@schedule(job=a_graph.to_job(name="a_graph_job"), cron_schedule="@daily")
def a_schedule():
    return {}


@repository
def a_repository():
    return [an_asset]


@success_hook
def a_hook(context):
    pass


@io_manager
def an_io_manager(_):
    return IOManager()


@input_manager
def an_input_manager(_):
    return 1


@logger
def a_logger(_):
    pass


@resource
def a_resource(_):
    return 1


a_job = a_graph.to_job()
result = a_job.execute_in_process(run_config={"ops": {"an_op": {"inputs": {"value": "v"}}}})
instances = {
    "AssetsDefinition": isinstance(an_asset, AssetsDefinition),
    "AssetValueLoader": isinstance(Definitions(assets=[an_asset]).get_asset_value_loader(), AssetValueLoader),
    "DagsterEvent": isinstance(result.all_events[0], DagsterEvent),
    "DagsterEventType": isinstance(result.all_events[0].event_type, DagsterEventType),
    "DagsterInstance": isinstance(DagsterInstance.ephemeral(), DagsterInstance),
    "DagsterTypeLoader": isinstance(loader, DagsterTypeLoader),
    "ExecuteInProcessResult": isinstance(result, ExecuteInProcessResult),
    "ExecutorDefinition": [
        isinstance(each, ExecutorDefinition)
        for each in (in_process_executor, multiprocess_executor, multi_or_in_process_executor)
    ],
    "GraphDefinition": isinstance(a_graph, GraphDefinition),
    "HookContext": isinstance(build_hook_context(), HookContext),
    "HookDefinition": isinstance(a_hook, HookDefinition),
    "InputManagerDefinition": isinstance(an_input_manager, InputManagerDefinition),
    "InputContext": isinstance(build_input_context(), InputContext),
    "IOManagerDefinition": [
        isinstance(fs_io_manager, IOManagerDefinition),
        isinstance(an_io_manager, IOManagerDefinition),
    ],
    "JobDefinition": isinstance(a_job, JobDefinition),
    "LoggerDefinition": isinstance(a_logger, LoggerDefinition),
    "OpDefinition": isinstance(an_op, OpDefinition),
    "built context": isinstance(build_op_context(), OpExecutionContext),
    "OutputContext": isinstance(build_output_context(), OutputContext),
    "RepositoryDefinition": isinstance(a_repository, RepositoryDefinition),
    "ResourceDefinition": isinstance(a_resource, ResourceDefinition),
    "ScheduleDefinition": isinstance(a_schedule, ScheduleDefinition),
}
show(instances=instances, seen=seen)
