"""Values as objects in Google Cloud Storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from headwater.definitions.config_field import Field, Noneable
from headwater.definitions.config_type import StringSource
from headwater.definitions.configurable_resource import ResourceDependency
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_manager import io_manager
from headwater.io.gcs_resource import GCSResource
from headwater.io.object_io_manager import ObjectFiles, ObjectIOManager
from headwater.io.object_store import ObjectReplaced, ObjectState, ObjectStore
from headwater.model.errors import BucketNotFoundError, StoreAccessError, StoreUnreachableError

_PART = 16 * 2**20


class GCSStore(ObjectStore):
    """Objects in a bucket, through the client of google-cloud-storage, which tries again with growing waits."""

    scheme = "gs"

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        super().__init__(bucket, prefix)
        self._bucket = client.bucket(bucket)

    def put(self, key: str, file: BinaryIO, size: int) -> None:
        """One request, or a resumable upload that becomes an object when its last part has arrived."""
        from google.cloud.storage.retry import DEFAULT_RETRY

        with self._told(key):
            blob = self._bucket.blob(key, chunk_size=_PART if size > _PART else None)
            blob.upload_from_file(file, size=size, rewind=True, retry=DEFAULT_RETRY)

    def stat(self, key: str) -> ObjectState:
        with self._told(key):
            blob = self._bucket.get_blob(key)
        if blob is None:
            raise self._absent(key)
        return ObjectState(int(blob.size), blob.generation)

    def get(self, key: str, file: BinaryIO, state: ObjectState) -> None:
        with self._told(key):
            self._bucket.blob(key).download_to_file(file, if_generation_match=state.tag)

    def delete(self, key: str) -> None:
        with self._told(key):
            self._bucket.blob(key).delete()

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        """What the client raises, as an error that says what to do."""
        from google.api_core import exceptions
        from google.auth.exceptions import GoogleAuthError

        try:
            yield
        except exceptions.PreconditionFailed:
            raise ObjectReplaced from None
        except exceptions.NotFound as error:
            raise self._absent(key) from error
        except (exceptions.Forbidden, exceptions.Unauthorized, GoogleAuthError) as error:
            raise StoreAccessError(
                self._where(key), f"Google refuses the credentials or the access: {error}"
            ) from error
        except (exceptions.RetryError, ConnectionError) as error:
            raise StoreUnreachableError(self._where(key), str(error)) from error

    def _absent(self, key: str) -> OSError:
        if not self._bucket.exists():
            return BucketNotFoundError(self.bucket, self._where(key))
        return FileNotFoundError(self._where(key))

    def _where(self, key: str) -> str:
        return f"gs://{self.bucket}/{key}"


class GCSPickleIOManager(ObjectIOManager):
    """Stores each value as an object below ``gcs_prefix`` in the bucket ``gcs_bucket``: pickles with the names that
    Dagster gives them, unless ``format`` or :class:`FileOptions` say otherwise.

    >>> files = GCSPickleIOManager(gcs=GCSResource(project="lake"), gcs_bucket="lake", format="auto")
    """

    gcs: ResourceDependency[GCSResource]
    gcs_bucket: str
    gcs_prefix: str = "dagster"

    def build_store(self, context: InitResourceContext | None) -> ObjectStore:
        """The bucket."""
        resource: Any = self.gcs
        client = resource.get_client() if hasattr(resource, "get_client") else resource
        return GCSStore(client, self.gcs_bucket, self.gcs_prefix)

    def describe_root(self) -> str:
        """The bucket and the prefix."""
        return f"gs://{self.gcs_bucket}/{self.gcs_prefix}/"


class ConfigurablePickledObjectGCSIOManager(GCSPickleIOManager):
    """The older name of :class:`GCSPickleIOManager`."""


class PickledObjectGCSIOManager(ObjectFiles):
    """Stores each value as a pickle in Google Cloud Storage, through a client that is given."""

    def __init__(self, bucket: str, client: Any = None, prefix: str = "dagster") -> None:
        super().__init__(GCSStore(client or GCSResource().get_client(), bucket, prefix))


@io_manager(
    config_schema={
        "gcs_bucket": Field(StringSource),
        "gcs_prefix": Field(Noneable(StringSource), is_required=False, default_value="dagster"),
    },
    required_resource_keys={"gcs"},
)
def gcs_pickle_io_manager(context: InitResourceContext) -> PickledObjectGCSIOManager:
    """Stores each value as a pickle in Google Cloud Storage, with the client that is the resource ``gcs``."""
    config = context.resource_config
    return PickledObjectGCSIOManager(
        config["gcs_bucket"], context.resources.gcs, config.get("gcs_prefix") or ""
    )
