"""Jobs: what runs as one: a graph of ops, or a selection of assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from headwater.definitions.composition import Child
from headwater.definitions.hook import check_hooks
from headwater.definitions.op import check_name, tag_texts
from headwater.definitions.runner import get_runner
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetCheckKey, AssetKey, CoercibleToAssetKey
from headwater.model.manifest import GraphSpec, JobNode, SourceLocation
from headwater.model.metadata import build_metadata
from headwater.model.retry import RetryPolicy
from headwater.planning.partition_spec import build_partitions_spec


class JobGraph(Protocol):
    """What a job needs of its graph; :class:`GraphDefinition` has it."""

    name: str
    description: str | None
    tags: dict[str, str]
    children: dict[str, Child]
    ins: dict[str, Any]
    outs: dict[str, Any]
    output_mappings: list[Any]

    @property
    def nodes(self) -> Sequence[Child]: ...

    @property
    def required_resource_keys(self) -> frozenset[str]: ...

    @property
    def source(self) -> SourceLocation | None: ...

    def iterate_node_defs(self) -> Iterable[Any]: ...

    def spec(self) -> GraphSpec: ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...


class JobDefinition:
    """A graph of ops, or a selection of assets, with resources, config, hooks, tags and an executor.

    Made by :func:`job`, ``GraphDefinition.to_job`` or :func:`define_asset_job`.
    """

    def __init__(
        self,
        *,
        graph_def: JobGraph | None = None,
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
        self.repository = repository
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
            partitions=build_partitions_spec(self.partitions_def)
            if self.partitions_def is not None
            else None,
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
            "repository": self.repository,
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
