"""Jobs of selected assets: which they are is known when all definitions are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.job import JobDefinition
from headwater.definitions.op import check_name
from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvalidSubsetError
from headwater.model.retry import RetryPolicy
from headwater.planning.selection import AssetSelection


class UnresolvedAssetJobDefinition:
    """A job of selected assets; which they are is known when all definitions are. Made by :func:`define_asset_job`."""

    def __init__(
        self,
        name: str,
        selection: AssetSelection,
        config: Any = None,
        description: str | None = None,
        tags: Mapping[str, Any] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        partitions_def: Any = None,
        executor_def: Any = None,
        hooks: Iterable[Any] | None = None,
        op_retry_policy: RetryPolicy | None = None,
    ) -> None:
        self.name = check_name(name, "a job")
        self.selection = selection
        self.config = config
        self.description = description
        self.tags = {**(tags or {}), **(run_tags or {})}
        self.metadata = metadata
        self.partitions_def = partitions_def
        self.executor_def = executor_def
        self.hooks = hooks
        self.op_retry_policy = op_retry_policy

    def resolve(self, repository: Any) -> JobDefinition:
        """The job of those assets of ``repository`` that are selected."""
        keys = self.selection.resolve(repository.asset_graph)
        graph = repository.asset_graph
        chosen = [key for key in graph.order if key in keys and graph.nodes[key].computation is not None]
        checks = sorted(self.selection.resolve_checks(graph))
        external = [key for key in keys if graph.nodes[key].computation is None]
        if external and not chosen and not checks:
            raise DagsterInvalidSubsetError(
                f'The job "{self.name}" selects only assets that are made elsewhere: '
                f"{', '.join(key.to_user_string() for key in external)}."
            )
        return JobDefinition(
            name=self.name,
            description=self.description,
            config=self.config,
            tags=self.tags,
            metadata=self.metadata,
            executor_def=self.executor_def,
            hooks=self.hooks,
            op_retry_policy=self.op_retry_policy,
            partitions_def=self.partitions_def,
            asset_keys=chosen,
            check_keys=checks,
            repository=repository,
        )

    def __repr__(self) -> str:
        return f"UnresolvedAssetJobDefinition({self.name!r}, {self.selection})"


def define_asset_job(
    name: str,
    selection: Any = None,
    config: Any = None,
    description: str | None = None,
    tags: Mapping[str, Any] | None = None,
    run_tags: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    partitions_def: Any = None,
    executor_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    owners: Sequence[str] | None = None,
    automation_condition: Any = None,
) -> UnresolvedAssetJobDefinition:
    """A job that makes the selected assets (all, without a selection).

    Raises :class:`DagsterInvalidDefinitionError` for an ``automation_condition``: assets and checks have one, jobs do not.

    >>> define_asset_job("hourly", selection=AssetSelection.groups("raw")).name
    'hourly'
    """
    if automation_condition is not None:
        raise DagsterInvalidDefinitionError(
            f'The job "{name}" has an automation_condition, and jobs have none here. Give it to the assets of the job '
            "(automation_condition=... in @asset), or write a sensor that asks for the job."
        )
    return UnresolvedAssetJobDefinition(
        name,
        AssetSelection.all() if selection is None else AssetSelection.from_coercible(selection),
        config,
        description,
        tags,
        run_tags,
        metadata,
        partitions_def,
        executor_def,
        hooks,
        op_retry_policy,
    )
