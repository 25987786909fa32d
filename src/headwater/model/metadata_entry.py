"""A metadata value with its label, as older code passes it around; metadata itself is a dict by label."""

from __future__ import annotations

from headwater.model.errors import ParameterCheckError
from headwater.model.metadata import AnyMetadataValue, build_metadata_value


class MetadataEntry:
    """One label and its value.

    >>> entry = MetadataEntry("rows", value=3)
    >>> AssetMaterialization("flights", metadata={entry.label: entry.value})
    """

    def __init__(
        self, label: str, description: str | None = None, entry_data: object = None, value: object = None
    ) -> None:
        if entry_data is not None and value is not None:
            raise ParameterCheckError("entry_data is the older name of value: give one of them.")
        self.label = label
        self.description = description
        self.entry_data: AnyMetadataValue = build_metadata_value(
            value if entry_data is None else entry_data, label
        )

    @property
    def value(self) -> AnyMetadataValue:
        """The value."""
        return self.entry_data

    def __repr__(self) -> str:
        return f"MetadataEntry({self.label!r}, value={self.entry_data!r})"
