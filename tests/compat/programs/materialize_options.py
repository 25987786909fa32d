"""materialize: selection, tags, run_config, instance, partial resources and raise_on_error.

oracle: both
"""

from dagster import AssetKey, AssetSelection, DagsterInstance, asset, materialize, materialize_to_memory
from observe import caught, refused, show, step_events


@asset(group_name="g")
def a():
    return 1


@asset
def b(a):
    return a + 1


@asset(group_name="g", key_prefix="p")
def c():
    return 3


@asset
def d(b):
    return b * 2


@asset(config_schema={"x": int})
def needs_config(context):
    return context.op_config["x"]


everything = [a, b, c, d]


def steps(selection, assets=everything):
    return step_events(materialize(assets, selection=selection, instance=instance), "STEP_START")


with DagsterInstance.ephemeral() as instance:
    materialize(everything, instance=instance)
    tagged = materialize(everything, tags={"who": "me"}, run_config={}, instance=instance)
    show(
        names=steps(["b", "d"]),
        by_key=steps([AssetKey(["p", "c"])]),
        string=steps("d"),
        by_definition=steps([b]),
        by_selection=steps(AssetSelection.groups("g")),
        upstream=steps(AssetSelection.keys("d").upstream()),
        syntax=steps("*d"),
        prefixed=steps("p/c"),
        unknown=caught(steps, ["nobody"])[-1],
        tags={
            key: value
            for key, value in tagged.dagster_run.tags.items()
            if not key.startswith((".", "dagster/"))
        },
        runs=len(instance.get_runs()),
        loaded=materialize(everything, selection=["d"], instance=instance).output_for_node("d"),
        memory=materialize_to_memory(everything).output_for_node("d"),
        config=materialize(
            [needs_config], run_config={"ops": {"needs_config": {"config": {"x": 5}}}}
        ).output_for_node("needs_config"),
        unneeded=caught(materialize, [a], resources={"unused": 5}),
        nothing=caught(materialize, []),
        not_assets=refused(materialize, [5]),
        not_selected_value=caught(
            materialize(everything, selection=["a"], instance=instance).output_for_node, "b"
        ),
    )
