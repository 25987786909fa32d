"""Files that ops write and hand on by a handle, kept in S3."""

from __future__ import annotations

from typing import Any

from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import resource
from headwater.io.object_file_manager import ObjectFileHandle, ObjectFileManager
from headwater.io.object_store import ObjectStore
from headwater.io.s3 import S3Store
from headwater.io.s3_resource import S3Resource


class S3FileHandle(ObjectFileHandle):
    """Stands for an object in a bucket of S3.

    >>> S3FileHandle("lake", "files/a.csv").s3_path
    's3://lake/files/a.csv'
    """

    def __init__(self, s3_bucket: str, s3_key: str) -> None:
        super().__init__(s3_bucket, s3_key)

    @property
    def s3_bucket(self) -> str:
        """The bucket."""
        return self.bucket

    @property
    def s3_key(self) -> str:
        """The key in the bucket."""
        return self.key

    @property
    def s3_path(self) -> str:
        """The full address."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def path_desc(self) -> str:
        return self.s3_path


class S3FileManager(ObjectFileManager[S3FileHandle]):
    """Keeps files below ``s3_base_key`` in ``s3_bucket``, through a client of boto3.

    >>> manager = S3FileManager(S3Resource().get_client(), "lake", "files")  # doctest: +SKIP
    >>> manager.write_data(b"abc", ext="csv")  # doctest: +SKIP
    S3FileHandle('s3://lake/files/3c494cd5-….csv')
    """

    handle_type = S3FileHandle

    def __init__(self, s3_session: Any, s3_bucket: str, s3_base_key: str | None) -> None:
        super().__init__(S3Store(s3_session, s3_bucket, s3_base_key or ""))
        self._client = s3_session

    def store_of(self, bucket: str) -> ObjectStore:
        return S3Store(self._client, bucket, "")

    def handle_of(self, key: str) -> S3FileHandle:
        return S3FileHandle(self._store.bucket, key)


class S3FileManagerResource(S3Resource):
    """An :class:`S3FileManager` as a resource: :class:`S3Resource` with the bucket and a prefix.

    >>> S3FileManagerResource(s3_bucket="lake", s3_prefix="files", region_name="eu-central-1")  # doctest: +SKIP
    """

    s3_bucket: str
    s3_prefix: str | None = "dagster"

    def get_client(self) -> S3FileManager:
        """The file manager."""
        return S3FileManager(super().get_client(), self.s3_bucket, self.s3_prefix)


@resource(config_schema=S3FileManagerResource.to_config_schema())
def s3_file_manager(context: InitResourceContext) -> S3FileManager:
    """Keeps files in S3; see :class:`S3FileManagerResource` for its config."""
    manager: S3FileManager = S3FileManagerResource.from_resource_context(context).get_client()
    return manager
