"""Jobs: what runs as one: a graph of ops, or a selection of assets."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from headwater.definitions.graph import GraphDefinition, build_graph_from_function
from headwater.definitions.hook import check_hooks
from headwater.definitions.op import check_name, tag_texts
from headwater.definitions.runner import get_runner
from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvalidSubsetError
from headwater.model.key import AssetCheckKey, AssetKey, CoercibleToAssetKey
from headwater.model.manifest import JobNode
from headwater.model.metadata import build_metadata
from headwater.model.retry import RetryPolicy
from headwater.planning.selection import AssetSelection


class JobDefinition:
    """A graph of ops, or a selection of assets, with resources, config, hooks, tags and an executor.

    Made by :func:`job`, ``GraphDefinition.to_job`` or :func:`define_asset_job`.
    """

    def __init__(
        self,
        *,
        graph_def: GraphDefinition | None = None,
        name: str | None = None,
        description: str | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        config: Any = None,
        tags: Mapping[str, Any] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        logger_defs: Mapping[str, Any] | None = None,
        executor_def: Any = None,
        hooks: Iterable[Any] | None = None,
        hook_defs: Iterable[Any] | None = None,
        op_retry_policy: RetryPolicy | None = None,
        partitions_def: Any = None,
        input_values: Mapping[str, Any] | None = None,
        version_strategy: Any = None,
        owners: Sequence[str] | None = None,
        asset_keys: Sequence[AssetKey] | None = None,
        check_keys: Sequence[AssetCheckKey] | None = None,
        repository: Any = None,
        op_selection: Sequence[str] | None = None,
        **_: Any,
    ) -> None:
        self.name = name or (graph_def.name if graph_def is not None else "job")
        if not self.name.startswith("__"):
            check_name(self.name, "a job")
        self.graph = graph_def
        self.description = description or (graph_def.description if graph_def is not None else None)
        self.resource_defs: dict[str, Any] = dict(resource_defs or {})
        self.config = config
        given_tags = {**(tags or {}), **(run_tags or {})}
        self.tags = tag_texts(given_tags, f'Job "{self.name}"')
        if graph_def is not None:
            self.tags = {**graph_def.tags, **self.tags}
        self.run_tags = self.tags
        self.metadata = build_metadata(metadata)
        self.loggers: dict[str, Any] = dict(logger_defs or {})
        self.executor_def = executor_def
        self.hook_defs = check_hooks([*(hooks or ()), *(hook_defs or ())])
        self.op_retry_policy = op_retry_policy
        self.partitions_def = partitions_def or getattr(config, "partitions_def", None)
        self.input_values: dict[str, Any] = dict(input_values or {})
        self.asset_keys = list(asset_keys) if asset_keys is not None else None
        self.check_keys = list(check_keys) if check_keys is not None else []
        self.op_selection = list(op_selection) if op_selection is not None else None
        self._repository = repository
        for label in self.input_values:
            if graph_def is not None and label not in graph_def.ins:
                raise DagsterInvalidDefinitionError(
                    f'Job "{self.name}" is given the input value "{label}", which its graph does not take.'
                )

    # -- what it declares ---------------------------------------------------------------------------------------

    @property
    def is_asset_job(self) -> bool:
        """Whether it makes assets."""
        return self.asset_keys is not None

    @property
    def repository(self) -> Any:
        """The definitions among which the job lives: its own, when it stands alone."""
        if self._repository is None:
            from headwater.definitions.repository import RepositoryDefinition

            self._repository = RepositoryDefinition(jobs=[self], name="__single_job__", bound=False)
        return self._repository

    def bind(self, repository: Any) -> JobDefinition:
        """The same job among the definitions of ``repository``."""
        return self.copy(repository=repository)

    @property
    def required_resource_keys(self) -> frozenset[str]:
        """The resources that the ops need."""
        return self.graph.required_resource_keys if self.graph is not None else frozenset()

    @property
    def nodes(self) -> Sequence[Any]:
        """The nodes of the graph."""
        return self.graph.nodes if self.graph is not None else []

    @property
    def all_node_defs(self) -> Sequence[Any]:
        """Every definition in the job."""
        return list(self.graph.iterate_node_defs())[1:] if self.graph is not None else []

    def spec(self) -> JobNode:
        """What leaves the process."""
        return JobNode(
            name=self.name,
            graph=self.graph.spec() if self.graph is not None else None,
            assets=self.asset_keys or [],
            checks=self.check_keys,
            tags=self.tags,
            metadata=self.metadata,
            description=self.description,
            executor=self.executor_def.name
            if self.executor_def is not None
            else "multi_or_in_process_executor",
        )

    # -- variations ---------------------------------------------------------------------------------------------

    def copy(self, **changes: Any) -> JobDefinition:
        """The same job with some arguments changed."""
        arguments: dict[str, Any] = {
            "graph_def": self.graph,
            "name": self.name,
            "description": self.description,
            "resource_defs": self.resource_defs,
            "config": self.config,
            "tags": self.tags,
            "metadata": self.metadata,
            "logger_defs": self.loggers,
            "executor_def": self.executor_def,
            "hook_defs": self.hook_defs,
            "op_retry_policy": self.op_retry_policy,
            "partitions_def": self.partitions_def,
            "input_values": self.input_values,
            "asset_keys": self.asset_keys,
            "check_keys": self.check_keys,
            "repository": self._repository,
            "op_selection": self.op_selection,
        }
        return JobDefinition(**{**arguments, **changes})

    def with_hooks(self, hook_defs: AbstractSet[Any]) -> JobDefinition:
        """The same job with more hooks."""
        return self.copy(hook_defs=self.hook_defs | frozenset(hook_defs))

    def with_top_level_resources(self, resource_defs: Mapping[str, Any]) -> JobDefinition:
        """The same job with other resources."""
        return self.copy(resource_defs=dict(resource_defs), repository=None)

    def with_executor_def(self, executor_def: Any) -> JobDefinition:
        """The same job with another executor."""
        return self.copy(executor_def=executor_def)

    def with_logger_defs(self, logger_defs: Mapping[str, Any]) -> JobDefinition:
        """The same job with other loggers."""
        return self.copy(logger_defs=logger_defs)

    # -- running ------------------------------------------------------------------------------------------------

    def execute_in_process(
        self,
        run_config: Any = None,
        instance: Any = None,
        partition_key: str | None = None,
        raise_on_error: bool = True,
        op_selection: Sequence[str] | None = None,
        asset_selection: Sequence[CoercibleToAssetKey] | None = None,
        run_id: str | None = None,
        input_values: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        resources: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run the job in this process and return the result, with values and events.

        Without an ``instance`` nothing is kept. With ``raise_on_error`` the user's own exception is raised.
        """
        return get_runner().run_in_process(
            self.repository,
            self,
            run_config=run_config,
            instance=instance,
            partition_key=partition_key,
            raise_on_error=raise_on_error,
            op_selection=op_selection,
            asset_selection=asset_selection,
            run_id=run_id,
            input_values={**self.input_values, **(input_values or {})},
            tags=tags,
            resources=resources,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.graph is None:
            raise DagsterInvalidDefinitionError(f'The job "{self.name}" makes assets and cannot be called.')
        return self.graph(*args, **kwargs)

    def __repr__(self) -> str:
        return f"JobDefinition({self.name!r})"


@overload
def job(compose_fn: Callable[..., Any]) -> JobDefinition: ...


@overload
def job(
    *,
    name: str | None = ...,
    description: str | None = ...,
    resource_defs: Mapping[str, Any] | None = ...,
    config: Any = ...,
    tags: Mapping[str, Any] | None = ...,
    run_tags: Mapping[str, Any] | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    logger_defs: Mapping[str, Any] | None = ...,
    executor_def: Any = ...,
    hooks: AbstractSet[Any] | None = ...,
    op_retry_policy: RetryPolicy | None = ...,
    version_strategy: Any = ...,
    partitions_def: Any = ...,
    input_values: Mapping[str, Any] | None = ...,
    owners: Sequence[str] | None = ...,
) -> Callable[[Callable[..., Any]], JobDefinition]: ...


def job(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    config: Any = None,
    tags: Mapping[str, Any] | None = None,
    run_tags: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    logger_defs: Mapping[str, Any] | None = None,
    executor_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    version_strategy: Any = None,
    partitions_def: Any = None,
    input_values: Mapping[str, Any] | None = None,
    owners: Sequence[str] | None = None,
) -> Any:
    """Make a job of a function that calls ops.

    >>> @job
    ... def nightly():
    ...     publish(collect())
    """

    def decorate(function: Callable[..., Any]) -> JobDefinition:
        label = name or function.__name__
        graph_def = build_graph_from_function(
            function, name=label, description=description or inspect.getdoc(function)
        )
        return JobDefinition(
            graph_def=graph_def,
            name=label,
            resource_defs=resource_defs,
            config=config,
            tags=tags,
            run_tags=run_tags,
            metadata=metadata,
            logger_defs=logger_defs,
            executor_def=executor_def,
            hooks=hooks,
            op_retry_policy=op_retry_policy,
            partitions_def=partitions_def,
            input_values=input_values,
        )

    return decorate(compose_fn) if compose_fn is not None else decorate


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
) -> UnresolvedAssetJobDefinition:
    """A job that makes the selected assets (all, without a selection).

    >>> define_asset_job("hourly", selection=AssetSelection.groups("raw")).name
    'hourly'
    """
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
