"""Configurable I/O managers: classes with typed fields for their config."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, TypeVar

from headwater.definitions.configurable_resource import ConfigurableResourceFactory
from headwater.definitions.configurable_resource_definition import ConfigurableResourceDefinition
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_manager import IOManager, IOManagerDefinition

T = TypeVar("T")


class ConfigurableIOManagerDefinition(ConfigurableResourceDefinition, IOManagerDefinition):
    """The definition of a configurable I/O manager, with the config that its outputs and inputs take."""

    def __init__(
        self, resource_cls: type[ConfigurableIOManagerFactory[Any]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(resource_cls, *args, **kwargs)
        schemas = IOManagerDefinition(
            self.resource_fn,
            input_config_schema=resource_cls.input_config_schema(),
            output_config_schema=resource_cls.output_config_schema(),
        )
        self.input_config_schema = schemas.input_config_schema
        self.output_config_schema = schemas.output_config_schema


class ConfigurableIOManagerFactory(ConfigurableResourceFactory[T]):
    """A class with config which makes an I/O manager of another class: ``create_io_manager`` returns it.

    >>> class Files(ConfigurableIOManagerFactory):
    ...     folder: str
    ...     def create_io_manager(self, context): return PickledFiles(self.folder)
    >>> Definitions(assets=[...], resources={"io_manager": Files(folder=EnvVar("DATA"))})
    """

    @abstractmethod
    def create_io_manager(self, context: InitResourceContext) -> T:
        """The I/O manager of the run."""

    def create_resource(self, context: InitResourceContext) -> T:
        """The I/O manager of the run."""
        return self.create_io_manager(context)

    @classmethod
    def input_config_schema(cls) -> Any:
        """The config that a run may give for each input which the manager loads; none by default."""
        return None

    @classmethod
    def output_config_schema(cls) -> Any:
        """The config that a run may give for each output which the manager stores; none by default."""
        return None

    @classmethod
    def definition_class(cls) -> type[ConfigurableResourceDefinition]:
        """The class of the definition."""
        return ConfigurableIOManagerDefinition


class ConfigurableIOManager(ConfigurableIOManagerFactory[Any], IOManager):
    """An I/O manager whose config is its typed fields.

    >>> class TextFiles(ConfigurableIOManager):
    ...     folder: str
    ...     def handle_output(self, context, obj): self._path(context).write_text(obj)
    ...     def load_input(self, context): return self._path(context).read_text()
    ...     def _path(self, context): return Path(self.folder, *context.asset_key.path)
    """

    def create_io_manager(self, context: InitResourceContext) -> IOManager:
        """The manager itself. To give something else, use :class:`ConfigurableIOManagerFactory`."""
        return self


class ConfigurableLegacyIOManagerAdapter(ConfigurableIOManagerFactory[Any], ABC):
    """A configurable I/O manager around a function-style one: its fields are the config of
    ``wrapped_io_manager``.

    >>> class Files(ConfigurableLegacyIOManagerAdapter):
    ...     base_dir: str
    ...     @property
    ...     def wrapped_io_manager(self): return fs_io_manager
    """

    @property
    @abstractmethod
    def wrapped_io_manager(self) -> IOManagerDefinition:
        """The I/O manager which is made, with the fields as its config."""

    def required_resource_keys_besides_fields(self) -> frozenset[str]:
        """What the wrapped I/O manager needs."""
        return self.wrapped_io_manager.required_resource_keys

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The wrapped I/O manager, for a test. A run makes it by :meth:`yield_for_execution`."""
        return self.wrapped_io_manager(context)

    @contextlib.contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Any]:
        """Make the wrapped I/O manager, and tear it down at the end."""
        with self.wrapped_io_manager.open(context) as manager:
            yield manager
