"""Values as files in Azure Data Lake Storage (second generation)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from headwater.definitions.configurable_resource import ResourceDependency
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.io.adls2_resource import ADLS2Resource
from headwater.io.object_io_manager import ObjectIOManager
from headwater.io.object_store import ObjectReplaced, ObjectState, ObjectStore
from headwater.model.errors import BucketNotFoundError, StoreAccessError, StoreUnreachableError


class ADLS2Store(ObjectStore):
    """Blobs in a container, which is a file system of the account: what is uploaded becomes visible when it is complete.

    Written as blobs because a blob, unlike a file of the hierarchical interface, replaces another in one step.
    """

    scheme = "abfss"

    def __init__(self, blob_client: Any, file_system: str, prefix: str) -> None:
        super().__init__(file_system, prefix)
        self._account = blob_client.account_name
        self._container = blob_client.get_container_client(file_system)

    def location(self, path: str) -> str:
        return self._where(self.key(path))

    def put(self, key: str, file: BinaryIO, size: int) -> None:
        """One request, or blocks that become the blob when they are committed."""
        with self._told(key):
            self._container.upload_blob(key, file, length=size, overwrite=True, max_concurrency=4)

    def stat(self, key: str) -> ObjectState:
        with self._told(key):
            told = self._container.get_blob_client(key).get_blob_properties()
        return ObjectState(int(told.size), told.etag)

    def get(self, key: str, file: BinaryIO, state: ObjectState) -> None:
        from azure.core import MatchConditions

        with self._told(key):
            same = {"etag": state.tag, "match_condition": MatchConditions.IfNotModified}
            self._container.download_blob(key, **same).readinto(file)

    def delete(self, key: str) -> None:
        with self._told(key):
            self._container.delete_blob(key)

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        """What the client raises, as an error that says what to do."""
        from azure.core import exceptions

        try:
            yield
        except exceptions.ResourceModifiedError:
            raise ObjectReplaced from None
        except exceptions.ResourceNotFoundError as error:
            if str(getattr(error, "error_code", "")) in ("ContainerNotFound", "ContainerBeingDeleted"):
                raise BucketNotFoundError(self.bucket, self._where(key)) from error
            raise FileNotFoundError(self._where(key)) from error
        except exceptions.ClientAuthenticationError as error:
            reason = f"Azure refuses the credentials ({getattr(error, 'error_code', 'no code')})."
            raise StoreAccessError(self._where(key), reason) from error
        except exceptions.ServiceRequestError as error:
            raise StoreUnreachableError(self._where(key), str(error)) from error
        except exceptions.HttpResponseError as error:
            if error.status_code == 403:
                raise StoreAccessError(self._where(key), "Azure refuses the access.") from error
            raise

    def _where(self, key: str) -> str:
        return f"abfss://{self.bucket}@{self._account}.dfs.core.windows.net/{key}"


class ADLS2PickleIOManager(ObjectIOManager):
    """Stores each value as a file below ``adls2_prefix`` in the file system ``adls2_file_system``: pickles at the paths
    that Dagster gives them, unless ``format`` or :class:`FileOptions` say otherwise.

    ``lease_duration`` is taken as Dagster takes it, and not needed: a write replaces what was there in one step.

    >>> files = ADLS2PickleIOManager(adls2=adls2, adls2_file_system="values", format="auto")  # doctest: +SKIP
    """

    adls2: ResourceDependency[ADLS2Resource]
    adls2_file_system: str
    adls2_prefix: str = "dagster"
    lease_duration: int = 60

    def build_store(self, context: InitResourceContext | None) -> ObjectStore:
        """The container."""
        return ADLS2Store(self.adls2.blob_client, self.adls2_file_system, self.adls2_prefix)

    def describe_root(self) -> str:
        """The file system and the prefix."""
        return f"abfss://{self.adls2_file_system}/{self.adls2_prefix}/"


class ConfigurablePickledObjectADLS2IOManager(ADLS2PickleIOManager):
    """The older name of :class:`ADLS2PickleIOManager`."""
