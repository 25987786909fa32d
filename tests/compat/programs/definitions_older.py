"""Older ways to bind resources to jobs and to make a repository; provenance of a value.

oracle: both
"""

from dagster import (
    BindResourcesToJobs,
    ConfigurableResource,
    DataProvenance,
    DataVersion,
    Definitions,
    asset,
    create_repository_using_definitions_args,
    job,
    op,
)
from observe import show


class Store(ConfigurableResource):
    name: str


@op
def an_op(store: Store):
    return store.name


@job
def a_job():
    an_op()


@asset
def an_asset(store: Store):
    return store.name


resources = {"store": Store(name="s")}
bound = Definitions(assets=[an_asset], jobs=BindResourcesToJobs([a_job]), resources=resources)
repository = create_repository_using_definitions_args(
    "made", assets=[an_asset], jobs=[a_job], resources=resources
)
provenance = DataProvenance(
    code_version="1", input_data_versions={}, input_storage_ids={}, is_user_provided=True
)
show(
    bound=bound.get_job_def("a_job").execute_in_process().output_for_node("an_op"),
    repository=[repository.name, repository.get_job("a_job").execute_in_process().output_for_node("an_op")],
    provenance=[provenance.code_version, provenance.is_user_provided],
    version=DataVersion("x") != DataVersion("y"),
)
