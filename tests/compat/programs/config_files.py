"""Run config from YAML strings and files, and file_relative_path.

oracle: both
"""

import os

from dagster import config_from_files, config_from_yaml_strings, file_relative_path, job, op
from observe import caught, show


@op(config_schema={"a": int, "b": str})
def reads(context):
    return context.op_config


@job
def one():
    reads()


first = "ops:\n  reads:\n    config:\n      a: 1\n      b: first\n"
second = "ops:\n  reads:\n    config:\n      b: second\n"
for name, text in (("one.yaml", first), ("two.yaml", second), ("broken.yaml", "a: [")):
    with open(name, "w") as handle:
        handle.write(text)
merged = config_from_yaml_strings([first, second])
show(
    merged=merged,
    from_files=config_from_files(["one.yaml", "two.yaml"]),
    from_glob=config_from_files(["[ot]*.yaml"]),
    value=one.execute_in_process(run_config=merged).output_for_node("reads"),
    no_match=caught(config_from_files, ["nothing*.yaml"]),
    broken=caught(config_from_files, ["broken.yaml"]),
    relative=file_relative_path(os.path.join("/a", "b.py"), "c/d.txt"),
)
