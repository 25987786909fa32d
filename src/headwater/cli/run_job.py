"""Run a job for somebody at a command line: shown while it runs, summed up, with the exit code that it deserves."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.cli.code_options import Code
from headwater.cli.document import Document, report_document
from headwater.cli.error_text import near_path
from headwater.cli.failure import CommandFailed
from headwater.cli.progress import PlainView, Progress, SilentView, View
from headwater.cli.report import RunReport
from headwater.cli.summary import SHORT_ID, failure_lines, result_line, summary_lines
from headwater.cli.wording import count_text
from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.execution.run import Executor
from headwater.hosting.code_location import CodeLocation
from headwater.hosting.job_origin import build_origin
from headwater.instance.executors import choose_executor
from headwater.instance.instance import DagsterInstance
from headwater.instance.job_run import JobRun, prepare_run
from headwater.instance.reexecution import RESUMABLE, Reexecution, ReexecutionOptions
from headwater.model.errors import DagsterExecutionInterruptedError
from headwater.model.run import RunStatus


class ShownRun:
    """A run of ``job`` which somebody watches, from its preparation to the exit code of the command."""

    def __init__(
        self, code: Code, location: CodeLocation, job: JobDefinition, document: Document | None
    ) -> None:
        self.code = code
        self.location = location
        self.job = job
        self.document = document
        self.report = RunReport()
        self.step_count = 0

    def run(
        self,
        *,
        run_config: Mapping[str, Any] | None = None,
        tags: Mapping[str, Any] | None = None,
        partition: str | None = None,
        op_selection: Sequence[str] | None = None,
        resumes: ReexecutionOptions | None = None,
    ) -> int:
        """Run the job (or what an earlier run of it has left to do), tell what happened, and return the exit code: 0 only
        if all went well."""
        given: dict[str, Any] = {
            "run_config": dict(run_config or {}) or None,
            "tags": {name: _tag_text(value) for name, value in (tags or {}).items()},
            "op_selection": op_selection,
        }
        with self.code.open_history() as instance:
            if resumes is not None:
                given = Reexecution(instance, resumes).arguments(**given)
            prepared = prepare_run(
                self.location.repository,
                self.job,
                instance,
                partition_key=partition,
                location=self.location.name,
                **given,
            )
            self.step_count = prepared.step_count
            if resumes is not None and self.document is None:
                done = count_text(len(prepared.plan.steps) - self.step_count, "step")
                print(f"Going on from run {resumes.parent_run_id[:SHORT_ID]}, which has {done} done.")
            try:
                self._execute(prepared, instance)
                exit_code = 0 if self.report.status is RunStatus.SUCCESS else 1
            except DagsterExecutionInterruptedError as error:
                exit_code = 128 + (error.signal or signal.SIGINT)
            except KeyboardInterrupt:
                exit_code = 128 + signal.SIGINT
            except Exception as error:
                raise CommandFailed.from_error(error, verbose=self.code.verbose) from error
        self._tell()
        return exit_code

    def _execute(self, prepared: JobRun, instance: DagsterInstance) -> None:
        executor = choose_executor(prepared, build_origin(self.location.target, self.job))
        with self._choose_view(executor) as view:
            names = step_names(self.location.repository)
            instance.watch(Progress(view, self.report, names, verbose=self.code.verbose).follow)
            prepared.execute(executor, raise_on_error=False, keep_values=False, console=False)

    def _choose_view(self, executor: Executor) -> View:
        """On a terminal a live one, in a pipe plain lines; beside a document nothing, unless somebody watches."""
        stream = sys.stdout if self.document is None else sys.stderr
        if stream.isatty() and hasattr(os, "pread"):
            from headwater.cli.live_view import LiveView  # rich is loaded by those who see it

            return LiveView(self.report, self.step_count, stream, alone=executor.in_run_process)
        return PlainView(stream) if self.document is None else SilentView()

    def _tell(self) -> None:
        _print(failure_lines(self.report, verbose=self.code.verbose), err=True)
        if self.document is not None:
            self.document.value = report_document(self.report) | {"history": str(self.code.home)}
            return
        _print(summary_lines(self.report))
        _print(["", result_line(self.report, self.step_count - len(self.report.steps))])
        _print(self._hints())

    def _hints(self) -> Iterable[str]:
        run_id = self.report.run_id[:SHORT_ID]
        yield f"History  {near_path(str(self.code.home))}: headwater run show {run_id}{self.code.history_arguments}"
        if self.report.status in RESUMABLE:
            yield f"Resume   headwater run resume {run_id}{self.code.code_arguments}"
        yield f"Page     headwater dev{self.code.code_arguments}"


def step_names(repository: RepositoryDefinition) -> dict[str, str]:
    """The steps which make one asset, by the name of that asset."""
    return {
        each.name: each.assets[0][1].to_user_string()
        for each in repository.manifest.computations
        if len(each.assets) == 1
    }


def _tag_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _print(lines: Iterable[str], *, err: bool = False) -> None:
    text = "\n".join(lines).rstrip()
    if text:
        sys.stdout.flush()
        print(text, file=sys.stderr if err else sys.stdout)
