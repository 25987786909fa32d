"""A child process that reports by the real ``dagster_pipes``, and what the step makes of it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from headwater import (
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    DagsterInstance,
    ExecuteInProcessResult,
    MaterializeResult,
    OpExecutionContext,
    PipesEnvContextInjector,
    PipesFileContextInjector,
    PipesFileMessageReader,
    PipesSubprocessClient,
    PipesTempFileContextInjector,
    PipesTempFileMessageReader,
    TableMetadataValue,
    asset,
    asset_check,
    job,
    materialize,
    multi_asset,
    op,
    open_pipes_session,
)
from headwater.definitions.output import AssetCheckResult
from headwater.model.errors import DagsterExecutionInterruptedError, DagsterPipesExecutionError
from headwater.model.event import EventKind

OPENED = "import os, sys, time\nfrom dagster_pipes import open_dagster_pipes\nwith open_dagster_pipes() as pipes:\n"


def child(body: str) -> list[str]:
    """The command of a child with ``body`` in an open Pipes."""
    return [sys.executable, "-c", OPENED + textwrap.indent(textwrap.dedent(body), "    ")]


def run_asset(
    command: Any,
    client: PipesSubprocessClient | None = None,
    instance: DagsterInstance | None = None,
    **arguments: Any,
) -> ExecuteInProcessResult:
    """Materialise an asset whose work is a command."""

    @asset(code_version="v1")
    def piped(context: AssetExecutionContext, pipes: PipesSubprocessClient) -> MaterializeResult[Any]:
        return pipes.run(context=context, command=command, **arguments).get_materialize_result()

    resources = {"pipes": client or PipesSubprocessClient()}
    result: ExecuteInProcessResult = materialize([piped], resources=resources, instance=instance)
    return result


def metadata_of(result: ExecuteInProcessResult) -> dict[str, Any]:
    """The metadata of the one materialisation, as plain values."""
    (made,) = result.asset_materializations_for_node("piped")
    return {name: value.value for name, value in made.metadata.items() if not name.startswith("dagster/")}


def logged(command: Any, **arguments: Any) -> list[tuple[str, str]]:
    """Level and text of the lines that a command logs."""
    with DagsterInstance.ephemeral() as instance:
        result = run_asset(command, instance=instance, **arguments)
        lines = instance.all_logs(result.run_id, of_type=EventKind.LOG)
        return [(logging.getLevelName(each.level), each.message) for each in lines]


def test_a_child_learns_of_its_step_and_reports_what_it_made() -> None:
    result = run_asset(
        child(
            """
            pipes.report_asset_materialization(
                metadata={
                    "key": pipes.asset_key,
                    "version": pipes.code_version,
                    "number": pipes.extras["number"],
                    "notes": {"raw_value": "*fine*", "type": "md"},
                    "upstream": {"raw_value": "raw/flights", "type": "asset"},
                    "rows": {
                        "type": "table",
                        "raw_value": {"records": [{"a": 1}], "schema": [{"name": "a", "type": "int"}]},
                    },
                },
                data_version="d1",
            )
            """
        ),
        extras={"number": 7},
    )
    (made,) = result.asset_materializations_for_node("piped")
    assert made.tags["dagster/data_version"] == "d1"
    rows = made.metadata["rows"]
    assert isinstance(rows, TableMetadataValue)
    assert rows.schema.columns[0].type == "int"
    assert {name: value.value for name, value in made.metadata.items() if name != "rows"} == {
        "key": "piped",
        "version": "v1",
        "number": 7,
        "notes": "*fine*",
        "upstream": AssetKey(["raw", "flights"]),
    }


def test_an_asset_about_which_nothing_is_reported_was_made() -> None:
    assert metadata_of(run_asset(child("pass"))) == {}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('no such day')", "exit code 1. It raised ValueError: no such day"),
        ("os._exit(4)", "exit code 4"),
        ("os.kill(os.getpid(), 9)", "ended by signal 9"),
    ],
)
def test_a_child_that_fails_fails_the_step(body: str, message: str) -> None:
    with pytest.raises(DagsterPipesExecutionError, match=message):
        run_asset(child(body))


def test_a_message_that_cannot_be_understood_fails_the_step() -> None:
    body = 'pipes._write_message("report_everything", {})'
    with pytest.raises(DagsterPipesExecutionError, match="report_everything"):
        run_asset(child(body))
    body = 'pipes.report_asset_materialization(metadata={"t": {"raw_value": {"columns": 1}, "type": "table_schema"}})'
    with pytest.raises(DagsterPipesExecutionError, match='the metadata "t"'):
        run_asset(child(body))


def test_what_the_child_logs_is_the_steps_log() -> None:
    lines = logged(child("pipes.log.info('begin')\npipes.log.warning('few rows')"))
    assert ("INFO", "begin") in lines
    assert ("WARNING", "few rows") in lines


def test_a_child_that_knows_nothing_of_pipes_is_told_of() -> None:
    ((level, text),) = logged([sys.executable, "-c", "pass"])
    assert level == "WARNING"
    assert "sent no messages" in text
    assert any("did not close Pipes" in text for _, text in logged(child("os._exit(0)")))


def test_environment_and_folder_of_the_child(tmp_path: Path) -> None:
    body = "pipes.report_asset_materialization(metadata={'env': os.environ['A'] + os.environ['B'], 'cwd': os.getcwd()})"
    client = PipesSubprocessClient(env={"A": "1", "B": "2"}, cwd="/")
    result = run_asset(child(body), client, env={"B": "3"}, cwd=str(tmp_path))
    assert metadata_of(result) == {"env": "13", "cwd": os.path.realpath(tmp_path)}


def test_the_childs_output_is_the_steps(capfd: pytest.CaptureFixture[str]) -> None:
    run_asset(child("print('shown')"))
    assert "shown" in capfd.readouterr().out
    run_asset(child("print('hidden')"), PipesSubprocessClient(forward_stdio=False))
    assert "hidden" not in capfd.readouterr().out
    reader = PipesTempFileMessageReader(include_stdio_in_messages=True)
    run_asset(
        child("print('as a message', file=sys.stderr)"),
        PipesSubprocessClient(forward_stdio=False, message_reader=reader),
    )
    assert "as a message" in capfd.readouterr().err


def test_context_and_messages_may_go_other_ways(tmp_path: Path) -> None:
    client = PipesSubprocessClient(
        context_injector=PipesEnvContextInjector(),
        message_reader=PipesFileMessageReader(tmp_path / "messages", cleanup_file=False),
    )
    body = "pipes.report_asset_materialization(metadata={'n': pipes.extras['n']})"
    assert metadata_of(run_asset(child(body), client, extras={"n": 2})) == {"n": 2}
    assert (tmp_path / "messages").exists()
    client = PipesSubprocessClient(
        context_injector=PipesFileContextInjector(tmp_path / "context"),
        message_reader=PipesFileMessageReader(tmp_path / "messages"),
    )
    assert metadata_of(run_asset(child(body), client, extras={"n": 3})) == {"n": 3}
    assert list(tmp_path.iterdir()) == []


def test_several_assets_are_reported_each_by_its_key() -> None:
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")])
    def both(context: AssetExecutionContext, pipes: PipesSubprocessClient) -> Any:
        body = "pipes.report_asset_materialization(asset_key='a', metadata={'n': 1})"
        yield from pipes.run(context=context, command=child(body)).get_results()

    result = materialize([both], resources={"pipes": PipesSubprocessClient()})
    made = {
        each.asset_key.to_user_string(): each.metadata
        for each in result.asset_materializations_for_node("both")
    }
    assert made["a"]["n"].value == 1
    assert "n" not in made["b"]


def test_checks_are_reported_with_the_asset_or_alone() -> None:
    @asset(check_specs=[AssetCheckSpec("fine", asset="numbers")])
    def numbers(context: AssetExecutionContext, pipes: PipesSubprocessClient) -> Any:
        body = "pipes.report_asset_check(check_name='fine', passed=True, metadata={'n': 1})"
        return pipes.run(context=context, command=child(body)).get_materialize_result()

    @asset_check(asset="numbers")
    def few(context: Any, pipes: PipesSubprocessClient) -> AssetCheckResult:
        body = (
            "pipes.report_asset_check(asset_key='numbers', check_name='few', passed=False, severity='WARN')"
        )
        return pipes.run(context=context, command=child(body)).get_asset_check_result()

    result = materialize([numbers, few], resources={"pipes": PipesSubprocessClient()})
    found = {
        each.check_name: (each.passed, each.severity.value) for each in result.get_asset_check_evaluations()
    }
    assert found == {"fine": (True, "ERROR"), "few": (False, "WARN")}


def test_an_op_reads_custom_messages() -> None:
    @op
    def asks(context: OpExecutionContext) -> Any:
        done = PipesSubprocessClient().run(
            context=context, command=child("pipes.report_custom_message({'n': 5})")
        )
        assert done.get_results() == ()
        with pytest.raises(DagsterPipesExecutionError, match="0 materialisations"):
            done.get_materialize_result()
        with pytest.raises(DagsterPipesExecutionError, match="0 check results"):
            done.get_asset_check_result()
        return done.get_custom_messages()

    @job
    def once() -> None:
        asks()

    assert once.execute_in_process().output_for_node("asks") == ({"n": 5},)


def test_a_session_starts_any_process() -> None:
    @asset
    def by_hand(context: AssetExecutionContext) -> Any:
        injector, reader = PipesTempFileContextInjector(), PipesTempFileMessageReader()
        with open_pipes_session(context, injector, reader, extras={"n": 1}) as session:
            body = "pipes.report_asset_materialization(metadata={'n': pipes.extras['n']})"
            environment = {**os.environ, **session.get_bootstrap_env_vars()}
            subprocess.run(child(body), env=environment, check=True)
        assert session.default_remote_invocation_info["dagster/run-id"] == context.run_id
        yield from session.get_results(metadata={"client": "mine"})

    (made,) = materialize([by_hand]).asset_materializations_for_node("by_hand")
    assert (made.metadata["n"].value, made.metadata["client"].value) == (1, "mine")


class _InterruptWhenItSays(PipesTempFileMessageReader):
    """Interrupts this process, as a user does, when the child has opened Pipes."""

    def on_opened(self, opened_payload: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)


class _Remembering(PipesSubprocessClient):
    """Remembers the children that it waits for."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.started: list[int] = []

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        self.started.append(process.pid)
        return super()._wait(process)


def test_an_interrupted_step_ends_its_child() -> None:
    client = _Remembering(message_reader=_InterruptWhenItSays(), termination_timeout_seconds=5)
    with pytest.raises((KeyboardInterrupt, DagsterExecutionInterruptedError)):
        run_asset(child("time.sleep(60)"), client)
    with pytest.raises(ProcessLookupError):
        os.kill(client.started[0], 0)
