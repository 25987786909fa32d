"""Sensors evaluated once with a context built by hand: what they may give, cursors, run keys, resources.

oracle: both
"""

from dagster import (
    AssetSelection,
    ConfigurableResource,
    DagsterInstance,
    DefaultSensorStatus,
    RunRequest,
    SensorDefinition,
    SensorResult,
    SkipReason,
    asset,
    build_sensor_context,
    define_asset_job,
    job,
    op,
    resource,
    sensor,
)
from observe import caught, plain, refused, show


@op
def an_op():
    return 1


@job
def a_job():
    an_op()


@job
def b_job():
    an_op()


class Folder(ConfigurableResource):
    path: str


@asset
def numbers():
    return 1


@sensor(
    job=a_job, description="files", minimum_interval_seconds=5, default_status=DefaultSensorStatus.RUNNING
)
def with_request(context):
    return RunRequest(run_key="1", run_config={"a": 1}, tags={"t": "x"})


@sensor(job=a_job)
def with_cursor(context):
    number = int(context.cursor or 0) + 1
    context.update_cursor(str(number))
    yield RunRequest(run_key=str(number))
    yield RunRequest(run_key=str(number + 1))


@sensor(job=a_job)
def with_skip(context):
    return SkipReason("nothing new")


@sensor(job=a_job)
def with_nothing(context):
    return None


@sensor(job=a_job)
def without_context():
    return [RunRequest(run_key="a"), RunRequest(run_key="b")]


@sensor(jobs=[a_job, b_job])
def of_two(context):
    return RunRequest(run_key="z", job_name="b_job")


@sensor(jobs=[a_job, b_job])
def of_two_unnamed(context):
    return RunRequest(run_key="z")


@sensor(jobs=[a_job])
def of_other(context):
    return RunRequest(run_key="z", job_name="elsewhere")


@sensor(job=a_job)
def with_result(context):
    return SensorResult(run_requests=[RunRequest(run_key="r")], cursor="after")


@sensor(job=a_job)
def result_skips(context):
    return SensorResult(skip_reason="not yet", cursor="c2")


@sensor(job=a_job)
def both(context):
    yield RunRequest(run_key="1")
    yield SkipReason("and not")


@sensor(job=a_job)
def gives_text(context):
    return "run"


@sensor(job=a_job)
def raises(context):
    raise ValueError("broken")


@sensor(job=a_job)
def with_resource(context, folder: Folder):
    return RunRequest(run_key=folder.path)


@resource
def number_resource():
    return 7


@sensor(job=a_job, required_resource_keys={"number"})
def with_required(context):
    return RunRequest(run_key=str(context.resources.number))


@sensor(asset_selection=AssetSelection.keys("numbers"))
def of_assets(context):
    return RunRequest(run_key="n")


@sensor()
def without_job(context):
    return RunRequest(run_key="n")


@sensor(job=define_asset_job("numbers_job", selection="numbers"))
def of_asset_job(context):
    return RunRequest(run_key="n")


def evaluated(definition, **given):
    with build_sensor_context(**given) as context:
        data = definition.evaluate_tick(context)
        return [
            [[each.run_key, plain(each.run_config), each.job_name] for each in data.run_requests],
            data.skip_message,
            data.cursor,
        ]


def tried(definition, **given):
    try:
        return evaluated(definition, **given)
    except Exception as error:  # noqa: BLE001  which of its plain Exceptions it is, is nothing that users rely on
        return type(error).__name__ if type(error) is ValueError else "refused"


def set_cursor():
    context = build_sensor_context()
    context.update_cursor("x")
    return [context.cursor, build_sensor_context().cursor]


direct_context = build_sensor_context(cursor="5")
direct = list(with_cursor(direct_context))
built = SensorDefinition(name="by_hand", job=a_job, evaluation_fn=lambda context: RunRequest(run_key="h"))

show(
    evaluated=[tried(each) for each in (with_request, with_cursor, with_skip, with_nothing, without_context)],
    from_cursor=tried(with_cursor, cursor="41"),
    two=[tried(each) for each in (of_two, of_two_unnamed, of_other, without_job)],
    result=[tried(each, cursor="before") for each in (with_result, result_skips)],
    wrong=[tried(each) for each in (both, gives_text, raises)],
    resources=[
        tried(with_resource, resources={"folder": Folder(path="p")}),
        tried(with_required, resources={"number": number_resource}),
        tried(with_required, resources={"number": 8}),
    ],
    direct=[[each.run_key for each in direct], direct_context.cursor],
    direct_resource=with_resource(build_sensor_context(), folder=Folder(path="q")).run_key,
    direct_resource_in_context=with_resource(
        build_sensor_context(resources={"folder": Folder(path="r")})
    ).run_key,
    direct_without_context=[each.run_key for each in without_context()],
    direct_wrong=caught(with_request)[0],
    names=[each.name for each in (with_request, built)],
    job_names=[with_request.job_name, [each.name for each in of_two.jobs]],
    interval=[with_request.minimum_interval_seconds, with_skip.minimum_interval_seconds],
    status=[with_request.default_status, with_skip.default_status],
    description=with_request.description,
    by_hand=tried(built),
    of_assets=[of_assets.name, of_asset_job.job_name],
    jobs_and_job=refused(SensorDefinition, name="x", job=a_job, jobs=[b_job], evaluation_fn=lambda _: None),
    result_faults=[
        refused(SensorResult, run_requests=[RunRequest()], skip_reason="x"),
        refused(SensorResult, run_requests=["x"]),
    ],
    result_attributes=[
        SensorResult(skip_reason="why").skip_reason.skip_message,
        SensorResult().run_requests,
        SensorResult(cursor="x").cursor,
    ],
    context=[
        build_sensor_context(cursor="1").cursor,
        build_sensor_context().last_run_key,
        isinstance(build_sensor_context(instance=DagsterInstance.ephemeral()).instance, DagsterInstance),
    ],
    no_instance=caught(lambda: build_sensor_context().instance)[0],
    cursor_set=set_cursor(),
)
