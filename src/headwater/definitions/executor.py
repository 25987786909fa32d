"""Executors as users name them: how the steps of a run are carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class ExecutorDefinition:
    """How steps run: in the run's process, in threads, in processes of their own, or as a function or config chooses.

    ``settings`` are its fixed config.
    """

    def __init__(
        self,
        name: str,
        config_schema: Any = None,
        requirements: Any = None,
        executor_creation_fn: Callable[..., Any] | None = None,
        description: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.config_schema = config_schema
        self.requirements = requirements
        self.executor_creation_fn = executor_creation_fn
        self.description = description
        self.settings: Mapping[str, Any] = settings or {}

    def configured(
        self,
        config_or_config_fn: Any,
        name: str | None = None,
        config_schema: Any = None,
        description: str | None = None,
    ) -> ExecutorDefinition:
        """The same executor with its config fixed."""
        settings = config_or_config_fn({}) if callable(config_or_config_fn) else config_or_config_fn
        return ExecutorDefinition(
            name or self.name,
            config_schema,
            self.requirements,
            self.executor_creation_fn,
            description or self.description,
            {**self.settings, **settings},
        )

    def __repr__(self) -> str:
        return f"ExecutorDefinition({self.name!r})"


in_process_executor = ExecutorDefinition(
    "in_process", description="Steps run one after the other in the run's process."
)
threaded_executor = ExecutorDefinition(
    "threaded", description="Steps run in threads of the run's process, several at once."
)
multiprocess_executor = ExecutorDefinition(
    "multiprocess", description="Steps run in processes of their own, several at once."
)
multi_or_in_process_executor = ExecutorDefinition(
    "multi_or_in_process_executor",
    description="Steps run in processes of their own, unless the run is in-process.",
)
