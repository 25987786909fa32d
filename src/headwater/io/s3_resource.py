"""Amazon S3, and what speaks its protocol, as a resource."""

from __future__ import annotations

from typing import Any

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.definitions.resource import IAttachDifferentObjectToOpContext, resource


class S3Resource(ConfigurableResource, IAttachDifferentObjectToOpContext):
    """A client of S3, configured. What is not given comes from the environment, as boto3 finds it.

    ``endpoint_url`` names another server than Amazon's; ``max_attempts`` says how often a request is tried, with growing
    waits between; ``use_unsigned_session`` asks as nobody, for public buckets.

    >>> @asset
    ... def listing(s3: S3Resource) -> list[str]:
    ...     return [each["Name"] for each in s3.get_client().list_buckets()["Buckets"]]
    >>> Definitions(assets=[listing], resources={"s3": S3Resource(region_name="eu-central-1")})  # doctest: +SKIP
    """

    use_unsigned_session: bool = False
    region_name: str | None = None
    endpoint_url: str | None = None
    max_attempts: int = 5
    profile_name: str | None = None
    use_ssl: bool = True
    verify: bool | None = None
    aws_access_key_id: str | None = None
    aws_secret_access_key: str | None = None
    aws_session_token: str | None = None

    def get_client(self) -> Any:
        """A client of boto3. Its session is one of its own, so that threads and resources do not share one."""
        import boto3
        import botocore
        from botocore.config import Config

        options: dict[str, Any] = {"retries": {"max_attempts": self.max_attempts, "mode": "standard"}}
        if self.use_unsigned_session:
            options["signature_version"] = botocore.UNSIGNED
        session = boto3.session.Session(profile_name=self.profile_name)
        return session.client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            use_ssl=self.use_ssl,
            verify=self.verify,
            aws_access_key_id=self.aws_access_key_id,
            aws_secret_access_key=self.aws_secret_access_key,
            aws_session_token=self.aws_session_token,
            config=Config(**options),
        )

    def get_object_to_set_on_execution_context(self) -> Any:
        """What ``context.resources.s3`` is: the client."""
        return self.get_client()

    def __repr_args__(self) -> Any:
        for name, value in super().__repr_args__():
            secret = name in ("aws_secret_access_key", "aws_session_token") and isinstance(value, str)
            yield name, "…" if secret else value


@resource(config_schema=S3Resource.to_config_schema())
def s3_resource(context: Any) -> Any:
    """A client of S3; see :class:`S3Resource` for its config."""
    return S3Resource.from_resource_context(context).get_client()
