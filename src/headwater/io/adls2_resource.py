"""Azure Data Lake Storage (second generation) as a resource."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as ConfigField

from headwater.definitions.config import Config
from headwater.definitions.configurable_resource import ConfigurableResource


class ADLS2SASToken(Config):
    """Access by a token that is signed for it."""

    credential_type: Literal["sas"] = "sas"
    token: str


class ADLS2Key(Config):
    """Access by the key of the storage account."""

    credential_type: Literal["key"] = "key"
    key: str


class ADLS2DefaultAzureCredential(Config):
    """Access by what azure-identity finds: the environment, a managed identity, the command line.

    ``kwargs`` are those of its ``DefaultAzureCredential``.
    """

    credential_type: Literal["default_azure_credential"] = "default_azure_credential"
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - a field of a config class


class ADLS2Resource(ConfigurableResource):
    """Clients of Azure Data Lake Storage for one account.

    ``account_url`` replaces the address that follows from account and suffix, for emulators and private endpoints;
    ``{kind}`` in it becomes ``dfs`` or ``blob``.

    >>> ADLS2Resource(storage_account="lake", credential=ADLS2Key(key=EnvVar("LAKE_KEY")))  # doctest: +SKIP
    """

    storage_account: str
    credential: ADLS2SASToken | ADLS2Key | ADLS2DefaultAzureCredential = ConfigField(
        discriminator="credential_type"
    )
    endpoint_suffix: str = "core.windows.net"
    account_url: str | None = None

    @property
    def adls2_client(self) -> Any:
        """A client of azure-storage-file-datalake."""
        from azure.storage.filedatalake import DataLakeServiceClient

        return DataLakeServiceClient(self._url("dfs"), credential=self._secret())

    @property
    def blob_client(self) -> Any:
        """A client of azure-storage-blob."""
        from azure.storage.blob import BlobServiceClient

        return BlobServiceClient(self._url("blob"), credential=self._secret())

    def _url(self, kind: str) -> str:
        if self.account_url is not None:
            return self.account_url.replace("{kind}", kind)
        return f"https://{self.storage_account}.{kind}.{self.endpoint_suffix}"

    def _secret(self) -> Any:
        credential = self.credential
        if isinstance(credential, ADLS2Key):
            return {"account_name": self.storage_account, "account_key": credential.key}
        if isinstance(credential, ADLS2SASToken):
            return credential.token
        from azure.identity import DefaultAzureCredential

        return DefaultAzureCredential(**credential.kwargs)

    def __repr_args__(self) -> Any:
        for name, value in super().__repr_args__():
            yield name, "…" if name == "credential" else value
