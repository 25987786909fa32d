"""Loggers of a job: their level, config and what they receive; get_dagster_logger and context.log.

oracle: both
"""

import logging

from dagster import get_dagster_logger, job, logger, op
from observe import caught, show

seen = []


class Keeping(logging.Handler):
    def emit(self, record):
        meta = record.dagster_meta if hasattr(record, "dagster_meta") else {}
        if record.levelname != "DEBUG":
            seen.append(
                [
                    record.name,
                    record.levelname,
                    meta.get("step_key"),
                    meta.get("orig_message", record.getMessage()),
                ]
            )


@logger(config_schema={"level": str}, description="keeps what it gets")
def keeping(init_context):
    made = logging.Logger("kept", level=logging.getLevelName(init_context.logger_config["level"]))
    made.addHandler(Keeping())
    return made


@op
def speaks(context):
    context.log.info("info %s", "with argument")
    context.log.debug("debug")
    context.log.warning("warning")
    context.log.error("error")
    get_dagster_logger().warning("from the library")
    get_dagster_logger("mine").error("from mine")


@job(logger_defs={"keep": keeping})
def talk():
    speaks()


talk.execute_in_process(run_config={"loggers": {"keep": {"config": {"level": "INFO"}}}})
info, seen = seen, []
talk.execute_in_process(run_config={"loggers": {"keep": {"config": {"level": "ERROR"}}}})
show(
    info=[line for line in info if line[2]],
    error=[line for line in seen if line[2]],
    bad_config=caught(talk.execute_in_process, run_config={"loggers": {"keep": {"config": {}}}}),
    unknown=caught(talk.execute_in_process, run_config={"loggers": {"other": {"config": {}}}}),
    name=get_dagster_logger().name,
    own_name=get_dagster_logger("mine").name,
)
