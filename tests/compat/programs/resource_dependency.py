"""Resources nested in resources: configured at launch, shared by key, and ResourceDependency of any value.

oracle: both
"""

from dagster import (
    ConfigurableResource,
    Definitions,
    ResourceDependency,
    RunConfig,
    asset,
    job,
    materialize,
    op,
    resource,
)
from observe import caught, show


class Credentials(ConfigurableResource):
    user: str


class Store(ConfigurableResource):
    credentials: Credentials
    bucket: str


class Writer(ConfigurableResource):
    target: ResourceDependency[str]
    prefix: str = ">"


@resource
def text_target():
    return "from function"


@asset
def reads(store: Store):
    return [store.credentials.user, store.bucket]


@asset
def writes(writer: Writer):
    return writer.prefix + writer.target


@op
def store_op(store: Store):
    return store.credentials.user


@job
def launch():
    store_op()


late = Credentials.configure_at_launch()
late_defs = Definitions(
    jobs=[launch], resources={"credentials": late, "store": Store(credentials=late, bucket="b")}
)
late_job = late_defs.get_job_def("launch")
defs = Definitions(
    assets=[reads, writes],
    resources={
        "store": Store(credentials=Credentials(user="u"), bucket="b"),
        "writer": Writer(target=text_target),
    },
)
whole = defs.get_implicit_global_asset_job_def().execute_in_process()
show(
    reads=whole.output_for_node("reads"),
    writes=whole.output_for_node("writes"),
    plain=materialize([writes], resources={"writer": Writer(target="plain", prefix="-")}).output_for_node(
        "writes"
    ),
    launch=late_job.execute_in_process(
        run_config=RunConfig(resources={"credentials": Credentials(user="late")})
    ).output_for_node("store_op"),
    missing_late=caught(late_job.execute_in_process),
    direct=Store(credentials=Credentials(user="x"), bucket="y").credentials.user,
)
