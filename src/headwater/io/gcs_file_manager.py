"""Files that ops write and hand on by a handle, kept in Google Cloud Storage."""

from __future__ import annotations

from typing import Any

from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import resource
from headwater.io.gcs import GCSStore
from headwater.io.gcs_resource import GCSResource
from headwater.io.object_file_manager import ObjectFileHandle, ObjectFileManager
from headwater.io.object_store import ObjectStore


class GCSFileHandle(ObjectFileHandle):
    """Stands for an object in a bucket of Google Cloud Storage.

    >>> GCSFileHandle("lake", "files/a.csv").gcs_path
    'gs://lake/files/a.csv'
    """

    def __init__(self, gcs_bucket: str, gcs_key: str) -> None:
        super().__init__(gcs_bucket, gcs_key)

    @property
    def gcs_bucket(self) -> str:
        """The bucket."""
        return self.bucket

    @property
    def gcs_key(self) -> str:
        """The name in the bucket."""
        return self.key

    @property
    def gcs_path(self) -> str:
        """The full address."""
        return f"gs://{self.bucket}/{self.key}"

    @property
    def path_desc(self) -> str:
        return self.gcs_path


class GCSFileManager(ObjectFileManager[GCSFileHandle]):
    """Keeps files below ``gcs_base_key`` in ``gcs_bucket``, through a client of google-cloud-storage."""

    handle_type = GCSFileHandle

    def __init__(self, client: Any, gcs_bucket: str, gcs_base_key: str) -> None:
        super().__init__(GCSStore(client, gcs_bucket, gcs_base_key))
        self._client = client

    def store_of(self, bucket: str) -> ObjectStore:
        return GCSStore(self._client, bucket, "")

    def handle_of(self, key: str) -> GCSFileHandle:
        return GCSFileHandle(self._store.bucket, key)


class GCSFileManagerResource(GCSResource):
    """A :class:`GCSFileManager` as a resource.

    >>> GCSFileManagerResource(project="lake", gcs_bucket="lake", gcs_prefix="files")  # doctest: +SKIP
    """

    gcs_bucket: str
    gcs_prefix: str = "dagster"

    def get_client(self) -> GCSFileManager:
        """The file manager."""
        return GCSFileManager(super().get_client(), self.gcs_bucket, self.gcs_prefix)


@resource(config_schema=GCSFileManagerResource.to_config_schema())
def gcs_file_manager(context: InitResourceContext) -> GCSFileManager:
    """Keeps files in Google Cloud Storage; see :class:`GCSFileManagerResource` for its config."""
    manager: GCSFileManager = GCSFileManagerResource.from_resource_context(context).get_client()
    return manager
