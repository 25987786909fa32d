"""Files that ops write and hand on by a handle, kept in Azure Data Lake Storage (second generation)."""

from __future__ import annotations

from typing import Any

from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import resource
from headwater.io.adls2 import ADLS2Store
from headwater.io.adls2_resource import ADLS2Resource
from headwater.io.object_file_manager import ObjectFileHandle, ObjectFileManager
from headwater.io.object_store import ObjectStore


class ADLS2FileHandle(ObjectFileHandle):
    """Stands for a file in a file system of a storage account.

    >>> ADLS2FileHandle("acct", "lake", "files/a.csv").adls2_path
    'abfss://lake@acct.dfs.core.windows.net/files/a.csv'
    """

    def __init__(self, account: str, file_system: str, key: str) -> None:
        super().__init__(file_system, key)
        self.account = account

    @property
    def file_system(self) -> str:
        """The file system, which is a container of the account."""
        return self.bucket

    @property
    def adls2_path(self) -> str:
        """The full address."""
        return f"abfss://{self.bucket}@{self.account}.dfs.core.windows.net/{self.key}"

    @property
    def path_desc(self) -> str:
        return self.adls2_path


class ADLS2FileManager(ObjectFileManager[ADLS2FileHandle]):
    """Keeps files below ``prefix`` in ``file_system``.

    ``blob_client`` is that of :class:`ADLS2Resource`: what is written as a blob becomes visible in one step.
    """

    handle_type = ADLS2FileHandle

    def __init__(self, blob_client: Any, file_system: str, prefix: str) -> None:
        super().__init__(ADLS2Store(blob_client, file_system, prefix))
        self._client = blob_client

    def store_of(self, bucket: str) -> ObjectStore:
        return ADLS2Store(self._client, bucket, "")

    def handle_of(self, key: str) -> ADLS2FileHandle:
        return ADLS2FileHandle(self._client.account_name, self._store.bucket, key)


class ADLS2FileManagerResource(ADLS2Resource):
    """An :class:`ADLS2FileManager` as a resource.

    >>> ADLS2FileManagerResource(
    ...     storage_account="acct", credential=ADLS2Key(key="…"), adls2_file_system="lake"
    ... )  # doctest: +SKIP
    """

    adls2_file_system: str
    adls2_prefix: str = "dagster"

    def get_client(self) -> ADLS2FileManager:
        """The file manager."""
        return ADLS2FileManager(self.blob_client, self.adls2_file_system, self.adls2_prefix)

    def get_object_to_set_on_execution_context(self) -> ADLS2FileManager:
        """What ``context.resources.file_manager`` is: the file manager."""
        return self.get_client()


@resource(config_schema=ADLS2FileManagerResource.to_config_schema())
def adls2_file_manager(context: InitResourceContext) -> ADLS2FileManager:
    """Keeps files in Azure Data Lake Storage; see :class:`ADLS2FileManagerResource` for its config."""
    manager: ADLS2FileManager = ADLS2FileManagerResource.from_resource_context(context).get_client()
    return manager
