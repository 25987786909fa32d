"""A Pipes session: from the moment when a process can be started until all that it reports has arrived."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from headwater.definitions.output import MaterializeResult
from headwater.execution.context import OpExecutionContext
from headwater.execution.pipes.context_data import build_external_execution_context_data
from headwater.execution.pipes.context_injector import PipesContextInjector
from headwater.execution.pipes.message_handler import PipesExecutionResult, PipesMessageHandler
from headwater.execution.pipes.message_reader import PipesMessageReader
from headwater.execution.pipes.protocol import (
    COMPOSITE_WRITERS,
    CONTEXT_ARGUMENT,
    CONTEXT_VARIABLE,
    MESSAGES_ARGUMENT,
    MESSAGES_VARIABLE,
    PipesContextData,
    PipesLaunchedData,
    PipesParams,
    encode_param,
)
from headwater.model.errors import DagsterPipesExecutionError
from headwater.model.key import AssetKey


class PipesSession:
    """What a process needs to be started with, and what it has reported. Made by :func:`open_pipes_session`."""

    def __init__(
        self,
        context_data: PipesContextData,
        message_handler: PipesMessageHandler,
        context_injector_params: PipesParams,
        message_reader_params: PipesParams,
        context: OpExecutionContext,
    ) -> None:
        self.context_data = context_data
        self.message_handler = message_handler
        self.context_injector_params = context_injector_params
        self.message_reader_params = message_reader_params
        self.context = context
        self.created_at = datetime.datetime.now(tz=datetime.UTC)

    @property
    def default_remote_invocation_info(self) -> Mapping[str, str]:
        """Tags for what is started elsewhere, so that it can be found from the run."""
        return {"dagster/run-id": self.context.run_id, "dagster/job": self.context.job_name}

    # -- starting a process --------------------------------------------------------------------------------------

    def get_bootstrap_params(self) -> Mapping[str, Any]:
        """The parameters as plain data, by the names of their environment variables."""
        return {CONTEXT_VARIABLE: self.context_injector_params, MESSAGES_VARIABLE: self.message_reader_params}

    def get_bootstrap_env_vars(self) -> Mapping[str, str]:
        """The environment variables which the process must have."""
        return {name: encode_param(params) for name, params in self.get_bootstrap_params().items()}

    def get_bootstrap_cli_arguments(self) -> Mapping[str, str]:
        """The same as arguments, for a process that reads those."""
        context, messages = self.get_bootstrap_env_vars().values()
        return {CONTEXT_ARGUMENT: context, MESSAGES_ARGUMENT: messages}

    def get_per_writer_bootstrap_env_vars(self) -> Sequence[Mapping[str, str]]:
        """The environment variables of each process, where several write messages."""
        return [
            {
                CONTEXT_VARIABLE: encode_param(self.context_injector_params),
                MESSAGES_VARIABLE: encode_param(params),
            }
            for params in self._writers
        ]

    def get_per_writer_bootstrap_cli_arguments(self) -> Sequence[Mapping[str, str]]:
        """The arguments of each process, where several write messages."""
        return [
            {CONTEXT_ARGUMENT: each[CONTEXT_VARIABLE], MESSAGES_ARGUMENT: each[MESSAGES_VARIABLE]}
            for each in self.get_per_writer_bootstrap_env_vars()
        ]

    @property
    def _writers(self) -> Sequence[PipesParams]:
        several: Sequence[PipesParams] | None = self.message_reader_params.get(COMPOSITE_WRITERS)
        return [self.message_reader_params] if several is None else several

    def report_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Say that the process has been started, with what is known of it since."""
        self.message_handler.on_launched(launched_payload)

    # -- what it has reported ------------------------------------------------------------------------------------

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        """The results that the process has reported."""
        return self.message_handler.get_reported_results()

    def get_results(
        self, *, implicit_materializations: bool = True, metadata: Mapping[str, Any] | None = None
    ) -> Sequence[PipesExecutionResult]:
        """The results of the step: those reported, and one for each asset about which nothing was reported.

        ``metadata`` is added to every materialisation; ``implicit_materializations=False`` leaves it at those reported.
        """
        results = list(self.get_reported_results())
        if implicit_materializations:
            reported = {each.asset_key for each in results if isinstance(each, MaterializeResult)}
            missing = [key for key in self._asset_keys() if key not in reported]
            results += [MaterializeResult(asset_key=key) for key in missing]
        if metadata:
            results = [_with_metadata(each, metadata) for each in results]
        return tuple(results)

    def get_custom_messages(self) -> Sequence[Any]:
        """The custom messages that the process has reported."""
        return self.message_handler.get_custom_messages()

    def _asset_keys(self) -> Sequence[AssetKey]:
        return [AssetKey.from_escaped_user_string(each) for each in self.context_data["asset_keys"] or ()]


def _with_metadata(result: PipesExecutionResult, metadata: Mapping[str, Any]) -> PipesExecutionResult:
    if not isinstance(result, MaterializeResult):
        return result
    return MaterializeResult(
        asset_key=result.asset_key,
        metadata={**metadata, **result.metadata},
        check_results=result.check_results,
        data_version=result.data_version,
        tags=result.tags,
    )


@contextmanager
def open_pipes_session(
    context: OpExecutionContext,
    context_injector: PipesContextInjector,
    message_reader: PipesMessageReader,
    extras: Mapping[str, Any] | None = None,
) -> Iterator[PipesSession]:
    """Open a session: put the context where the process finds it, and read what it reports until the block ends.

    Raises :class:`DagsterPipesExecutionError` at the end for a message that could not be understood.

    >>> with open_pipes_session(context, PipesTempFileContextInjector(), PipesTempFileMessageReader()) as session:
    ...     subprocess.run(command, env={**os.environ, **session.get_bootstrap_env_vars()}, check=True)
    >>> yield from session.get_results()
    """
    data = build_external_execution_context_data(context, extras)
    handler = PipesMessageHandler(context, message_reader)
    with context_injector.inject_context(data) as context_params, handler.handle_messages() as message_params:
        yield PipesSession(data, handler, context_params, message_params, context)
    if handler.fault is not None:
        raise DagsterPipesExecutionError(
            f"What the process reported could not be understood: {handler.fault}"
        ) from handler.fault
    if not handler.received_opened_message:
        context.log.warning(
            "[pipes] the process sent no messages; its own output may say why. "
            f"{context_injector.no_messages_debug_text()} {message_reader.no_messages_debug_text()}"
        )
    elif not handler.received_closed_message:
        context.log.warning(
            "[pipes] the process did not close Pipes, so that its last messages may be missing. "
            "Let it use open_dagster_pipes() in a with block, or call close() before it ends."
        )
