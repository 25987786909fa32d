"""Files found at run time: fanned out, each through a graph of its own, collected, with one that fails.

oracle: both
"""

import os
import pathlib

from dagster import (
    DynamicOut,
    DynamicOutput,
    Failure,
    Field,
    MetadataValue,
    Out,
    Output,
    RetryPolicy,
    graph,
    job,
    op,
)
from observe import caught, events, metadata, show, step_events

FOLDER = pathlib.Path("incoming")
FOLDER.mkdir()
for name, text in {"a.csv": "1\n2", "b.csv": "3", "c.csv": ""}.items():
    (FOLDER / name).write_text(text)
TRIED = []


@op(out=DynamicOut(str), config_schema={"pattern": Field(str, default_value="*.csv")})
def find_files(context):
    for path in sorted(FOLDER.glob(context.op_config["pattern"])):
        yield DynamicOutput(
            str(path), mapping_key=path.stem, metadata={"path": MetadataValue.path(str(path))}
        )


@op(retry_policy=RetryPolicy(max_retries=1))
def read(context, path: str):
    TRIED.append([os.path.basename(path), context.retry_number, context.get_mapping_key()])
    if path.endswith("b.csv") and context.retry_number == 0:
        raise OSError("not yet")
    return pathlib.Path(path).read_text().split()


@op(out={"numbers": Out(list), "count": Out(int)})
def parse(context, lines, strict: bool):
    if not lines and strict:
        raise Failure("an empty file", metadata={"file": context.get_mapping_key()}, allow_retries=False)
    yield Output([int(line) for line in lines], "numbers")
    yield Output(len(lines), "count")


@op
def strictness():
    return False


@op
def be_strict():
    return True


@graph
def one_file(path: str, strict: bool):
    numbers, _ = parse(read(path), strict)
    return numbers


@op
def merge(parts: list):
    return sorted(number for part in parts for number in part)


@op
def archive(numbers, total):
    return [len(numbers), total]


@op
def add_up(numbers) -> int:
    return sum(numbers)


@job
def lenient():
    strict = strictness()
    parts = find_files().map(lambda path: one_file(path, strict))
    total = add_up(merge(parts.collect()))
    parts.map(lambda part: archive(part, total))


@job
def strict_job():
    strict = be_strict()
    parts = find_files().map(lambda path: one_file(path, strict))
    add_up(merge(parts.collect()))


result = lenient.execute_in_process()
tried, TRIED[:] = TRIED[:], []
failed = strict_job.execute_in_process(raise_on_error=False)
only_a = strict_job.execute_in_process(run_config={"ops": {"find_files": {"config": {"pattern": "a.*"}}}})
none = lenient.execute_in_process(run_config={"ops": {"find_files": {"config": {"pattern": "*.txt"}}}})

show(
    events=events(result),
    tried=tried,
    found=result.output_for_node("find_files"),
    parts=result.output_for_node("one_file"),
    inner=result.output_for_node("one_file.parse", "count"),
    merged=result.output_for_node("merge"),
    total=result.output_for_node("add_up"),
    archived=result.output_for_node("archive"),
    retried=step_events(result, "STEP_UP_FOR_RETRY", "STEP_RESTARTED"),
    metadata=[
        metadata(event.event_specific_data.metadata)
        for event in result.events_for_node("find_files")
        if event.event_type_value == "STEP_OUTPUT"
    ],
)
show(
    failed=events(failed),
    failures=[
        [event.step_key, metadata(event.step_failure_data.user_failure_data.metadata)]
        for event in failed.all_events
        if event.event_type_value == "STEP_FAILURE"
    ],
    skipped=step_events(failed, "STEP_SKIPPED"),
    kept=failed.output_for_node("one_file.parse", "numbers"),
    no_total=caught(failed.output_for_node, "add_up"),
    raised=caught(strict_job.execute_in_process),
)
show(
    only_a=only_a.output_for_node("add_up"),
    none=[none.output_for_node("add_up"), none.success, step_events(none, "STEP_SKIPPED")],
)
