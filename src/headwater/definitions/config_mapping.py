"""Config mappings: the config of ops, computed from a smaller one of the job or graph around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from headwater.definitions.config_schema import (
    ConfigSchema,
    call_mapping,
    mapping_annotation,
    mapping_function,
    resolve_config_schema,
)
from headwater.model.errors import CheckError


class ConfigMapping:
    """A function from the config of a job or graph to the config of the ops inside it.

    ``config_schema`` is the schema of what the function takes. With ``receive_processed_config_values=False``
    it takes what the run gave, without defaults and with environment variables unread.

    >>> ConfigMapping(config_fn=lambda n: {"count": {"config": {"times": n}}}, config_schema=int)
    """

    def __init__(
        self,
        config_fn: Callable[[Any], Any],
        config_schema: Any = None,
        receive_processed_config_values: bool | None = None,
    ) -> None:
        if not callable(config_fn):
            raise CheckError(f"config_fn must be a function, not {config_fn!r}.")
        annotation = mapping_annotation(config_fn)
        self.config_fn = config_fn
        self.receive_processed_config_values = receive_processed_config_values
        self.config_schema: ConfigSchema = resolve_config_schema(annotation or config_schema)

    def resolve_from_unvalidated_config(self, config: Any, *, what: str = "the config mapping") -> Any:
        """The ops' config for ``config``, which is checked first. Raises ``DagsterInvalidConfigError``."""
        checked = self.config_schema.resolve(config, path=(), what=what)
        return self.resolve_from_validated_config(
            config if self.receive_processed_config_values is False else checked, what=what
        )

    def resolve_from_validated_config(self, config: Any, *, what: str = "the config mapping") -> Any:
        """The ops' config for a config that is already checked.

        Raises ``DagsterConfigMappingFunctionError`` where the function raises.
        """
        return call_mapping(mapping_function(self.config_fn), config, what)

    def configured(self, config_or_config_fn: Any, config_schema: Any = None) -> ConfigMapping:
        """This mapping with its own config given in advance, or computed from a smaller one."""
        outer = self.config_schema.configured(config_or_config_fn, config_schema)
        return ConfigMapping(self.resolve_from_validated_config, outer)


@overload
def config_mapping(config_fn: Callable[..., Any]) -> ConfigMapping: ...
@overload
def config_mapping(
    *, config_schema: Any = ..., receive_processed_config_values: bool | None = ...
) -> Callable[[Callable[..., Any]], ConfigMapping]: ...
def config_mapping(
    config_fn: Callable[..., Any] | None = None,
    *,
    config_schema: Any = None,
    receive_processed_config_values: bool | None = None,
) -> ConfigMapping | Callable[[Callable[..., Any]], ConfigMapping]:
    """Make a :class:`ConfigMapping` of a function.

    >>> @config_mapping(config_schema={"times": int})
    ... def simple(config): return {"ops": {"count": {"config": config}}}
    """
    if config_fn is not None:
        return ConfigMapping(config_fn)

    def decorate(function: Callable[..., Any]) -> ConfigMapping:
        return ConfigMapping(function, config_schema, receive_processed_config_values)

    return decorate
