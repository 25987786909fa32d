"""Names that only the older Dagster has: experimental warnings, metadata entries.

oracle: 1.4
"""

import warnings

from dagster import AssetMaterialization, ExperimentalWarning, MetadataEntry, MetadataValue
from observe import caught, plain, show

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    warnings.filterwarnings("error", category=ExperimentalWarning)
    categories = [caught(warnings.warn, "w", each) for each in (ExperimentalWarning, UserWarning)]

entries = [
    MetadataEntry("rows", value=3),
    MetadataEntry("note", value=MetadataValue.md("*x*"), description="d"),
]
show(
    categories=categories,
    entries=[[each.label, plain(each.value), each.description] for each in entries],
    made={
        label: plain(value)
        for label, value in AssetMaterialization(
            "flights", metadata={each.label: each.value for each in entries}
        ).metadata.items()
    },
)
