"""What I/O managers for tables of a remote database have in common: options, handlers, and what they say of themselves."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_manager import IOManagerDefinition, io_manager
from headwater.definitions.stored_asset import StoredAsset
from headwater.io.db_io_manager import DbIOManager, DbTypeHandler
from headwater.io.table_options import TableOptions, describe_table

if TYPE_CHECKING:
    from headwater.io.remote_tables import RemoteTables


class TableIOManager(ConfigurableIOManagerFactory[DbIOManager]):
    """Subclass it with the client of a database: :meth:`build_client` and :meth:`configured_schema`.

    ``options`` are :class:`TableOptions` by pattern (``{"raw/*": …, "group:exports": …}``; the first that fits), over
    which the metadata of an asset comes.
    """

    default_schema: ClassVar[str] = "public"

    options: dict[str, TableOptions] = {}  # noqa: RUF012 - a field of a config class

    @abstractmethod
    def build_client(self) -> RemoteTables:
        """The tables of the database. No connection is made yet."""

    @abstractmethod
    def configured_schema(self) -> str | None:
        """The schema of assets that name none, where it is configured."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """Handlers for further types, which come before those for frames."""
        return []

    @staticmethod
    def default_load_type() -> type[Any] | None:
        """What an input without annotation is loaded as; by default what the asset is annotated with."""
        return None

    def general_options(self) -> dict[str, TableOptions]:
        """The options by pattern, and what further arguments of a manager mean for all of its assets."""
        return self.options

    def describe_storage(self, asset: StoredAsset) -> dict[str, str]:
        """Table and write mode of an asset."""
        return describe_table(asset, self.configured_schema(), self.default_schema, self.general_options())

    def create_io_manager(self, context: InitResourceContext) -> DbIOManager:
        """The I/O manager of the run."""
        client = self.build_client()
        return DbIOManager(
            type_handlers=self.type_handlers(),
            db_client=client,
            database=client.database,
            schema=self.configured_schema(),
            io_manager_name=type(self).__name__,
            default_load_type=self.default_load_type(),
            default_schema=self.default_schema,
            options=self.general_options(),
        )


def build_table_io_manager(
    kind: type[TableIOManager],
    type_handlers: Sequence[DbTypeHandler[Any]],
    default_load_type: type[Any] | None,
) -> IOManagerDefinition:
    """A function-style manager of a kind, with handlers for some types."""

    class Handled(kind):  # type: ignore[misc, valid-type]
        __doc__ = kind.__doc__

        @staticmethod
        def type_handlers() -> Sequence[DbTypeHandler[Any]]:
            return type_handlers

        @staticmethod
        def default_load_type() -> type[Any] | None:
            return default_load_type

    Handled.__name__ = kind.__name__

    @io_manager(config_schema=kind.to_config_schema())
    def manager(context: InitResourceContext) -> DbIOManager:
        return Handled.from_resource_context(context)  # type: ignore[no-any-return]

    return manager
