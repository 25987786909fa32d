"""Clients: what starts a Pipes process and waits for it, and what came of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.output import AssetCheckResult, MaterializeResult
from headwater.execution.context import OpExecutionContext
from headwater.execution.pipes.message_handler import PipesExecutionResult
from headwater.execution.pipes.session import PipesSession
from headwater.model.errors import DagsterPipesExecutionError
from headwater.model.metadata import build_metadata


class PipesClient(ABC):
    """Starts a process somewhere and waits until it has ended."""

    @abstractmethod
    def run(
        self, *, context: OpExecutionContext, extras: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> PipesClientCompletedInvocation:
        """Run a process with ``extras`` in its context, and give what it has reported."""


class PipesClientCompletedInvocation:
    """What a process that has ended has reported."""

    def __init__(self, session: PipesSession, metadata: Mapping[str, Any] | None = None) -> None:
        self._session = session
        self._metadata = build_metadata(metadata)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the client itself tells about the process."""
        return self._metadata

    def get_results(self, *, implicit_materializations: bool = True) -> Sequence[PipesExecutionResult]:
        """The results of the step: those reported, and one for each asset about which nothing was reported.

        >>> return client.run(context=context, command=["Rscript", "model.R"]).get_results()
        """
        return self._session.get_results(
            implicit_materializations=implicit_materializations, metadata=self._metadata
        )

    def get_materialize_result(self, *, implicit_materialization: bool = True) -> MaterializeResult[Any]:
        """The one materialisation, with the check results that were reported beside it.

        Raises :class:`DagsterPipesExecutionError` where there is none, or where there are several.
        """
        return merge_results(self.get_results(implicit_materializations=implicit_materialization))

    def get_asset_check_result(self) -> AssetCheckResult:
        """The one check result. Raises :class:`DagsterPipesExecutionError` where there is none, or several."""
        found = [each for each in self._session.get_reported_results() if isinstance(each, AssetCheckResult)]
        if len(found) != 1:
            raise DagsterPipesExecutionError(
                f"The process reported {len(found)} check results, not one. Use get_results()."
            )
        return found[0]

    def get_custom_messages(self) -> Sequence[Any]:
        """The custom messages that the process has reported."""
        return self._session.get_custom_messages()


def merge_results(results: Sequence[PipesExecutionResult]) -> MaterializeResult[Any]:
    """One materialisation with all check results. Raises :class:`DagsterPipesExecutionError` if there is not one."""
    made = [each for each in results if isinstance(each, MaterializeResult)]
    checks = [each for each in results if isinstance(each, AssetCheckResult)]
    if len(made) != 1:
        raise DagsterPipesExecutionError(
            f"The process reported {len(made)} materialisations, not one. Use get_results()."
        )
    return MaterializeResult(
        asset_key=made[0].asset_key,
        metadata=made[0].metadata,
        check_results=[*made[0].check_results, *checks],
        data_version=made[0].data_version,
        tags=made[0].tags,
    )
