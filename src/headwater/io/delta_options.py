"""How a Delta Lake is reached: the settings of a folder, S3, Azure and Google, under the names of dagster-deltalake."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from pydantic import Field as PydanticField

from headwater.definitions.config import Config

_SECRET = PydanticField(default=None, repr=False)


class _Settings(Config):
    """Settings that become storage options: those that are given, each under ``prefix`` and its name."""

    def str_dict(self) -> dict[str, str]:
        """The storage options as deltalake takes them."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "provider"}
        return {self._label(name): _text(value) for name, value in given.items() if value is not None}

    def _label(self, name: str) -> str:
        return name


class LocalConfig(_Settings):
    """A folder on this machine."""

    provider: Literal["local"] = "local"


class S3Config(_Settings):
    """Amazon S3, or what speaks its protocol at ``endpoint``. What is not given comes from the environment."""

    provider: Literal["s3"] = "s3"
    access_key_id: str | None = None
    secret_access_key: str | None = _SECRET
    region: str | None = None
    bucket: str | None = None
    endpoint: str | None = None
    token: str | None = _SECRET
    imdsv1_fallback: bool = False
    virtual_hosted_style_request: str | None = None
    unsigned_payload: bool | None = None
    checksum: str | None = None
    metadata_endpoint: str | None = None
    container_credentials_relative_uri: str | None = None
    copy_if_not_exists: str | None = None
    allow_unsafe_rename: bool | None = None

    def _label(self, name: str) -> str:
        known = {
            "endpoint": "AWS_ENDPOINT_URL",
            "token": "AWS_SESSION_TOKEN",
            "allow_unsafe_rename": "AWS_S3_ALLOW_UNSAFE_RENAME",
        }
        return known.get(name, f"AWS_{name.upper()}")


class AzureConfig(_Settings):
    """Azure Blob Storage or Data Lake Storage."""

    provider: Literal["azure"] = "azure"
    account_name: str
    client_id: str | None = None
    client_secret: str | None = _SECRET
    tenant_id: str | None = None
    federated_token_file: str | None = None
    account_key: str | None = _SECRET
    sas_key: str | None = _SECRET
    token: str | None = _SECRET
    use_azure_cli: bool | None = None
    use_fabric_endpoint: bool | None = None
    msi_resource_id: str | None = None
    msi_endpoint: str | None = None
    container_name: str | None = None

    def _label(self, name: str) -> str:
        return (
            f"azure_storage_{name}"
            if name in ("account_name", "account_key", "sas_key", "token")
            else f"azure_{name}"
        )


class GcsConfig(_Settings):
    """Google Cloud Storage."""

    provider: Literal["gcs"] = "gcs"
    service_account: str | None = None
    service_account_key: str | None = _SECRET
    bucket: str | None = None
    application_credentials: str | None = None

    def _label(self, name: str) -> str:
        return f"google_{name}"


class ClientConfig(_Settings):
    """How requests are sent: over plain HTTP, through a proxy, with which time limits."""

    allow_http: bool | None = None
    allow_invalid_certificates: bool | None = None
    connect_timeout: int | None = None
    default_content_type: str | None = None
    http1_only: bool | None = None
    http2_keep_alive_interval: int | None = None
    http2_keep_alive_timeout: int | None = None
    http2_keep_alive_while_idle: int | None = None
    http2_only: bool | None = None
    pool_idle_timeout: int | None = None
    pool_max_idle_per_host: int | None = None
    proxy_url: str | None = None
    timeout: str | None = None
    user_agent: str | None = None

    def _label(self, name: str) -> str:
        return name

    def str_dict(self) -> dict[str, str]:
        """The options as deltalake takes them; a number is one of seconds."""
        timed = (
            "connect_timeout",
            "pool_idle_timeout",
            "http2_keep_alive_interval",
            "http2_keep_alive_timeout",
        )
        return {
            name: f"{value}s" if name in timed and value.isdigit() else value
            for name, value in super().str_dict().items()
        }


StorageConfig = AzureConfig | S3Config | LocalConfig | GcsConfig


class WriteMode(str, Enum):
    """What happens with a table that is there already: an error, rows beside its rows, others in their place, nothing."""

    error = "error"
    append = "append"
    overwrite = "overwrite"
    ignore = "ignore"


class WriterEngine(str, Enum):
    """Which part of deltalake writes. It has one engine by now, so that both names mean the same."""

    pyarrow = "pyarrow"
    rust = "rust"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
