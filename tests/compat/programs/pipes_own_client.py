"""A Pipes client of one's own: how the context gets in, how messages come out, and logs that are read on the side.

oracle: 1.13
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager

from dagster import (
    AssetCheckSpec,
    MaterializeResult,
    PipesClient,
    PipesClientCompletedInvocation,
    PipesContextInjector,
    PipesExecutionResult,
    PipesLaunchedData,
    PipesLogReader,
    PipesMessageHandler,
    PipesMessageReader,
    asset,
    materialize,
    open_pipes_session,
)
from dagster_pipes import PipesDefaultContextLoader, PipesDefaultMessageWriter
from observe import events, metadata, show

SEEN = []
CHILD = """
from dagster_pipes import open_dagster_pipes
with open_dagster_pipes() as pipes:
    pipes.log.info("in the child")
    pipes.report_asset_materialization(metadata={"extra": pipes.get_extra("speed")}, data_version="v7")
    pipes.report_asset_check("enough", passed=True, metadata={"rows": 3})
    pipes.report_custom_message({"progress": 1})
print("printed")
"""


class FileContext(PipesContextInjector):
    @contextmanager
    def inject_context(self, context):
        SEEN.append(["context", context["asset_keys"], context["extras"]])
        with open("context.json", "w") as file:
            json.dump(context, file)
        yield {PipesDefaultContextLoader.FILE_PATH_KEY: os.path.abspath("context.json")}

    def no_messages_debug_text(self):
        return "a file"


class FileMessages(PipesMessageReader):
    handler = None

    @contextmanager
    def read_messages(self, handler: PipesMessageHandler):
        self.handler = handler
        yield {PipesDefaultMessageWriter.FILE_PATH_KEY: os.path.abspath("messages.jsonl")}
        with open("messages.jsonl") as file:
            for line in file:
                handler.handle_message(json.loads(line))

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        SEEN.append(["launched", launched_payload["extras"]])
        super().on_launched(launched_payload)

    def no_messages_debug_text(self):
        return "a file with messages"


class OutputLog(PipesLogReader):
    def __init__(self, text):
        self.text = text
        self.done = False

    def start(self, params, is_session_closed: threading.Event) -> None:
        SEEN.append(["log", params, self.text])
        self.done = True

    def stop(self) -> None:
        SEEN.append(["log", "stopped"])

    def is_running(self) -> bool:
        return not self.done

    def target_is_readable(self, params) -> bool:
        return True


class OwnClient(PipesClient):
    def run(self, *, context, script, extras=None):
        reader = FileMessages()
        with open_pipes_session(
            context=context, context_injector=FileContext(), message_reader=reader, extras=extras
        ) as session:
            session.report_launched({"extras": {"job": 5}})
            done = subprocess.run(
                [sys.executable, "-c", script],
                env={**os.environ, **session.get_bootstrap_env_vars()},
                capture_output=True,
                text=True,
                check=True,
            )
            log = OutputLog(done.stdout)
            if log.target_is_readable({}):
                log.start({"stream": "stdout"}, threading.Event())
            log.stop()
        SEEN.append(["running", log.is_running()])
        return PipesClientCompletedInvocation(session, metadata={"exit": done.returncode})


@asset(check_specs=[AssetCheckSpec("enough", asset="remote")])
def remote(context):
    invocation = OwnClient().run(context=context, script=CHILD, extras={"speed": 2})
    SEEN.append(["custom", list(invocation.get_custom_messages())])
    result: PipesExecutionResult = invocation.get_materialize_result()
    SEEN.append(["result", isinstance(result, MaterializeResult), metadata(dict(result.metadata))])
    return result


result = materialize([remote])
(made,) = result.asset_materializations_for_node("remote")
show(
    events=events(result),
    seen=SEEN,
    metadata=metadata(made.metadata),
    version=made.tags["dagster/data_version"],
    checks=[[each.check_name, each.passed] for each in result.get_asset_check_evaluations()],
)
