"""Logs: a logger of the project, levels, extra fields, the module's own logger, lines kept with the run.

oracle: both
"""

import json
import logging

from dagster import (
    DagsterInstance,
    Field,
    get_dagster_logger,
    graph,
    job,
    logger,
    op,
    resource,
    success_hook,
)
from observe import caught, show

RECORDS = []


def step_of(meta):
    """The step of a line; resources are made at another moment on each side."""
    return None if meta.get("orig_message") == "client made" else meta.get("step_key")


class Collect(logging.Handler):
    def emit(self, record):
        meta = getattr(record, "dagster_meta", None) or {}
        RECORDS.append(
            [
                self.label,
                record.levelname,
                meta.get("orig_message"),
                step_of(meta),
                meta.get("job_name"),
            ]
        )


def collecting(label):
    @logger(
        {"log_level": Field(str, default_value="DEBUG", is_required=False)},
        description=f"Collects for {label}.",
    )
    def made(init_context):
        level = init_context.logger_config["log_level"]
        found = logging.Logger(label, level=getattr(logging, level))
        handler = Collect()
        handler.label = label
        found.addHandler(handler)
        return found

    return made


@resource
def client(context):
    context.log.info("client made")
    return "client"


@success_hook
def done(context):
    context.log.info("hooked")


@op(required_resource_keys={"client"})
def speak(context):
    context.log.debug("a debug line")
    context.log.info("an info line with %s", "arguments")
    context.log.warning("a warning")
    get_dagster_logger().error("from the module")
    get_dagster_logger("named").info("from a named one")
    context.log.log(logging.CRITICAL, "by number")
    context.log.log("ERROR", "by name") if False else None
    return 1


@op
def fail(context, value):
    try:
        raise KeyError("lost")
    except KeyError:
        context.log.exception("with its trace")
    raise ValueError("over")


@graph
def talking():
    speak()


both = talking.to_job(
    name="both",
    resource_defs={"client": client},
    logger_defs={"all": collecting("all"), "loud": collecting("loud")},
    hooks={done},
)


@job(resource_defs={"client": client}, logger_defs={"all": collecting("all")})
def failing():
    fail(speak())


def run(target, **arguments):
    RECORDS.clear()
    result = target.execute_in_process(**arguments)
    lines = [record for record in RECORDS if record[2] in MESSAGES]
    return [result.success, lines]


MESSAGES = {
    "client made",
    "a debug line",
    "an info line with arguments",
    "a warning",
    "from the module",
    "from a named one",
    "by number",
    "hooked",
    "with its trace",
}

with DagsterInstance.ephemeral() as instance:
    loud = {"loggers": {"loud": {"config": {"log_level": "ERROR"}}, "all": {}}}
    show(both=run(both, instance=instance, run_config=loud))
    show(only_one=run(both, instance=instance, run_config={"loggers": {"loud": {}}})[1][:3])
    show(failing=run(failing, instance=instance, raise_on_error=False, run_config={"loggers": {"all": {}}}))
    (latest,) = instance.get_runs(limit=1)
    lines = [entry for entry in instance.all_logs(latest.run_id) if not entry.is_dagster_event]
    show(
        kept=[
            [entry.user_message, entry.level, entry.step_key if entry.user_message != "client made" else None]
            for entry in lines
            if entry.user_message in MESSAGES
        ],
        unknown=caught(both.execute_in_process, run_config={"loggers": {"nobody": {}}}),
        wrong=caught(both.execute_in_process, run_config={"loggers": {"loud": {"config": {"log_level": 5}}}}),
        plain=json.loads(json.dumps([entry.level for entry in lines][:1])),
    )
