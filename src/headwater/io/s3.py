"""Values as objects in S3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from headwater.definitions.config_field import Field, Noneable
from headwater.definitions.config_type import StringSource
from headwater.definitions.configurable_resource import ResourceDependency
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_manager import io_manager
from headwater.io.ahead import ahead
from headwater.io.object_io_manager import ObjectFiles, ObjectIOManager
from headwater.io.object_store import ObjectReplaced, ObjectState, ObjectStore
from headwater.io.s3_resource import S3Resource
from headwater.model.errors import BucketNotFoundError, StoreAccessError, StoreUnreachableError

_PART = 16 * 2**20
_AT_ONCE, _READS_OF_A_PART = 4, 5
_NOT_THERE = {"404", "NoSuchKey", "NotFound"}
_REPLACED = {"412", "PreconditionFailed", "416", "InvalidRange"}
_NO_ACCESS = {
    "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "Forbidden",
}  # fmt: skip


class S3Store(ObjectStore):
    """Objects in a bucket of S3, through a client of boto3, which tries again with growing waits."""

    scheme = "s3"

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        super().__init__(bucket, prefix)
        self._client = client

    def put(self, key: str, file: BinaryIO, size: int) -> None:
        """One request, or parts that become an object when the last has arrived."""
        with self._told(key):
            if size <= _PART:
                self._client.put_object(Bucket=self.bucket, Key=key, Body=file.read())
            else:
                self._client.upload_fileobj(file, self.bucket, key, Config=_transfer())

    def stat(self, key: str) -> ObjectState:
        with self._told(key):
            told = self._client.head_object(Bucket=self.bucket, Key=key)
        return ObjectState(int(told["ContentLength"]), told["ETag"])

    def get(self, key: str, file: BinaryIO, state: ObjectState) -> None:
        """One request, or several at once, each for a part of the same content."""
        with self._told(key):
            if state.size <= _PART:
                file.write(self._part(key, state, {}))
                return
            starts = range(0, state.size, _PART)
            with ahead(
                starts, lambda start: self._part(key, state, _range(start)), at_once=_AT_ONCE
            ) as parts:
                for start in starts:
                    file.write(parts.take(start))

    def _part(self, key: str, state: ObjectState, options: Mapping[str, str]) -> bytes:
        """A part of the content; asked for again where the connection breaks within it."""
        from botocore import exceptions

        broken = (
            exceptions.HTTPClientError,
            exceptions.IncompleteReadError,
            exceptions.ResponseStreamingError,
        )
        for _ in range(_READS_OF_A_PART - 1):
            try:
                return self._ask(key, state, options)
            except broken:
                continue
        return self._ask(key, state, options)

    def _ask(self, key: str, state: ObjectState, options: Mapping[str, str]) -> bytes:
        told = self._client.get_object(Bucket=self.bucket, Key=key, IfMatch=state.tag, **options)
        if told["ETag"] != state.tag:  # a server that does not know conditions
            raise ObjectReplaced
        content: bytes = told["Body"].read()
        return content

    def delete(self, key: str) -> None:
        with self._told(key):
            self._client.delete_object(Bucket=self.bucket, Key=key)

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        """What the client raises, as an error that says what to do. The credentials stay out of it."""
        from boto3.exceptions import S3UploadFailedError
        from botocore import exceptions

        try:
            yield
        except (exceptions.ClientError, S3UploadFailedError) as error:
            cause = error if isinstance(error, exceptions.ClientError) else error.__context__
            raise self._translated(cause, key) from error
        except (
            exceptions.NoCredentialsError,
            exceptions.PartialCredentialsError,
            exceptions.ProfileNotFound,
        ) as error:
            raise StoreAccessError(self._where(key), f"There are no credentials for S3: {error}") from error
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
            raise StoreUnreachableError(self._where(key), str(error)) from error

    def _where(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def _translated(self, error: Any, key: str) -> Exception:
        code = str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
        if code == "NoSuchBucket" or (code in _NOT_THERE and not self._has_bucket()):
            return BucketNotFoundError(self.bucket, self._where(key))
        if code in _REPLACED:
            return ObjectReplaced()
        if code in _NOT_THERE:
            return FileNotFoundError(self._where(key))
        if code in _NO_ACCESS:
            return StoreAccessError(self._where(key), f"S3 refuses the credentials or the access ({code}).")
        return OSError(f"S3 refuses {self._where(key)}: {error}")

    def _has_bucket(self) -> bool:
        from botocore.exceptions import ClientError

        try:
            self._client.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            return str(error.response.get("Error", {}).get("Code")) not in {*_NOT_THERE, "NoSuchBucket"}
        return True


def _transfer() -> Any:
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART, max_concurrency=_AT_ONCE)


def _range(start: int) -> dict[str, str]:
    return {"Range": f"bytes={start}-{start + _PART - 1}"}


class S3PickleIOManager(ObjectIOManager):
    """Stores each value as an object below ``s3_prefix`` in the bucket ``s3_bucket``: pickles with the keys that Dagster
    gives them, unless ``format`` or :class:`FileOptions` say otherwise.

    >>> s3 = S3Resource(endpoint_url="http://localhost:9000")
    >>> files = S3PickleIOManager(s3_resource=s3, s3_bucket="lake", s3_prefix="values", format="auto")
    """

    s3_resource: ResourceDependency[S3Resource]
    s3_bucket: str
    s3_prefix: str = "dagster"

    def build_store(self, context: InitResourceContext | None) -> ObjectStore:
        """The bucket."""
        resource: Any = self.s3_resource
        client = resource.get_client() if hasattr(resource, "get_client") else resource
        return S3Store(client, self.s3_bucket, self.s3_prefix)

    def describe_root(self) -> str:
        """The bucket and the prefix."""
        return f"s3://{self.s3_bucket}/{self.s3_prefix}/"


class ConfigurablePickledObjectS3IOManager(S3PickleIOManager):
    """The older name of :class:`S3PickleIOManager`."""


class PickledObjectS3IOManager(ObjectFiles):
    """Stores each value as a pickle in S3, through a client that is given."""

    def __init__(self, s3_bucket: str, s3_session: Any, s3_prefix: str | None = None) -> None:
        super().__init__(S3Store(s3_session, s3_bucket, s3_prefix or ""))


@io_manager(
    config_schema={
        "s3_bucket": Field(StringSource),
        "s3_prefix": Field(Noneable(StringSource), is_required=False, default_value="dagster"),
    },
    required_resource_keys={"s3"},
)
def s3_pickle_io_manager(context: InitResourceContext) -> PickledObjectS3IOManager:
    """Stores each value as a pickle in S3, with the client that is the resource ``s3``."""
    config = context.resource_config
    return PickledObjectS3IOManager(config["s3_bucket"], context.resources.s3, config.get("s3_prefix"))
