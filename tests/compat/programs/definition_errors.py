"""What is found when definitions are made or loaded: duplicates, cycles, missing upstreams and resources.

oracle: both
"""

from dagster import (
    AssetIn,
    AssetKey,
    AssetOut,
    Definitions,
    SourceAsset,
    asset,
    define_asset_job,
    graph,
    job,
    materialize,
    multi_asset,
    op,
)
from observe import caught, refused, show


def make(name, deps=(), **named):
    @asset(name=name, ins={dep: AssetIn(dep) for dep in deps}, **named)
    def made(**values):
        return 1

    return made


def load(**named):
    Definitions(**named).get_repository_def().get_all_jobs()


@op
def an_op(value):
    return value


@op
def source():
    return 1


def same_job_name():
    @job(name="one")
    def first():
        source()

    @job(name="one")
    def second():
        source()
        source()

    load(jobs=[first, second])


def bad_graph_output():
    @graph
    def returns_number():
        source()
        return 5


def unknown_op_input():
    @job
    def bad():
        an_op(nobody=source())


def too_many_inputs():
    @job
    def bad():
        an_op(source(), source())


def called_without_graph():
    source_output = an_op.alias("x")
    source_output()


def reserved_argument():
    @asset(ins={"other": AssetIn("x")})
    def bad():
        return 1


def wrong_internal_deps():
    @multi_asset(outs={"a": AssetOut()}, internal_asset_deps={"b": {AssetKey("c")}})
    def bad():
        return 1


def star_arguments():
    @op
    def bad(*values):
        return 1


show(
    duplicate=caught(load, assets=[make("a"), make("a")]),
    duplicate_source=caught(load, assets=[make("a"), SourceAsset("a")]),
    cycle=refused(materialize, [make("a", ["b"]), make("b", ["a"])]),
    self_cycle=caught(make, "a", ["a"]),
    missing_upstream=caught(load, assets=[make("a", ["nobody"])]),
    missing_resource=caught(load, assets=[make("a", required_resource_keys={"client"})]),
    missing_io_manager=caught(load, assets=[make("a", io_manager_key="lake")]),
    unknown_in_job=caught(load, assets=[make("a")], jobs=[define_asset_job("j", selection=["b"])])[-1],
    same_job_name=caught(same_job_name),
    bad_graph_output=caught(bad_graph_output),
    unknown_op_input=caught(unknown_op_input),
    too_many_inputs=caught(too_many_inputs),
    called_without_graph=caught(called_without_graph),
    in_without_argument=caught(reserved_argument),
    wrong_internal_deps=refused(wrong_internal_deps),
    star_arguments=caught(star_arguments),
    bad_asset_name=caught(make, "not a name"),
    bad_group=caught(make, "a", group_name="not a group"),
    not_an_asset=refused(Definitions, assets=[5]),
    not_a_job=refused(Definitions, jobs=[5]),
)
