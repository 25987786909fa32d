"""Pipes with a process on this machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.resource_param import TreatAsResourceParam
from headwater.execution.context import OpExecutionContext
from headwater.execution.pipes.client import PipesClient, PipesClientCompletedInvocation
from headwater.execution.pipes.context_injector import PipesContextInjector, PipesTempFileContextInjector
from headwater.execution.pipes.message_handler import describe_exception
from headwater.execution.pipes.message_reader import PipesMessageReader, PipesTempFileMessageReader
from headwater.execution.pipes.session import PipesSession, open_pipes_session
from headwater.model.errors import DagsterPipesExecutionError


class PipesSubprocessClient(PipesClient, TreatAsResourceParam):
    """Runs a command on this machine and takes what it reports.

    ``env`` is added to the environment, ``cwd`` is the working folder. ``forward_termination`` ends the process when
    the step is interrupted (kindly first, by force after ``termination_timeout_seconds``); ``forward_stdio`` shows
    its output as the step's.

    >>> @asset
    ... def model(context: AssetExecutionContext, pipes: PipesSubprocessClient):
    ...     return pipes.run(context=context, command=["python", "train.py"]).get_materialize_result()
    >>> defs = Definitions(assets=[model], resources={"pipes": PipesSubprocessClient()})
    """

    def __init__(
        self,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        context_injector: PipesContextInjector | None = None,
        message_reader: PipesMessageReader | None = None,
        forward_termination: bool = True,
        forward_stdio: bool = True,
        termination_timeout_seconds: float = 20,
    ) -> None:
        self.env = dict(env or {})
        self.cwd = cwd
        self.context_injector = context_injector or PipesTempFileContextInjector()
        self.message_reader = message_reader or PipesTempFileMessageReader()
        self.forward_termination = forward_termination
        self.forward_stdio = forward_stdio
        self.termination_timeout_seconds = termination_timeout_seconds

    def run(  # type: ignore[override]  # a command has to be given
        self,
        *,
        context: OpExecutionContext,
        command: str | Sequence[str],
        extras: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> PipesClientCompletedInvocation:
        """Run ``command`` until it ends, and give what it has reported.

        Raises :class:`DagsterPipesExecutionError` when it ends with an exit code other than 0, with what it raised.
        """
        with open_pipes_session(context, self.context_injector, self.message_reader, extras) as session:
            process = self._start(session, command, env or {}, cwd)
            session.report_launched({"extras": {"pid": process.pid}})
            code = self._wait(process)
        if code != 0:
            raise DagsterPipesExecutionError(_ended_badly(code, session))
        return PipesClientCompletedInvocation(session)

    def _start(
        self, session: PipesSession, command: str | Sequence[str], env: Mapping[str, str], cwd: str | None
    ) -> subprocess.Popen[bytes]:
        output = None if self.forward_stdio else subprocess.DEVNULL
        return subprocess.Popen(
            command,
            cwd=cwd or self.cwd,
            env={**os.environ, **session.get_bootstrap_env_vars(), **self.env, **env},
            stdout=output,
            stderr=output,
        )

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait()
        except BaseException:
            if self.forward_termination:
                self._end(process)
            raise

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(self.termination_timeout_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ended_badly(code: int, session: PipesSession) -> str:
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    raised = session.message_handler.exception
    return f"The process {how}." + (f" It raised {describe_exception(raised)}" if raised is not None else "")
