"""The classes of metadata values: made directly, equal to what MetadataValue makes.

oracle: both
"""

from dagster import (
    AssetKey,
    BoolMetadataValue,
    DagsterAssetMetadataValue,
    DagsterRunMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JsonMetadataValue,
    MarkdownMetadataValue,
    MetadataValue,
    NotebookMetadataValue,
    NullMetadataValue,
    PathMetadataValue,
    PythonArtifactMetadataValue,
    TableColumn,
    TableMetadataValue,
    TableRecord,
    TableSchema,
    TableSchemaMetadataValue,
    TextMetadataValue,
    UrlMetadataValue,
)
from observe import plain, show

schema = TableSchema(columns=[TableColumn("a", "int")])
pairs = [
    (MetadataValue.text("x"), TextMetadataValue("x")),
    (MetadataValue.int(1), IntMetadataValue(1)),
    (MetadataValue.float(1.5), FloatMetadataValue(1.5)),
    (MetadataValue.bool(True), BoolMetadataValue(True)),
    (MetadataValue.md("x"), MarkdownMetadataValue("x")),
    (MetadataValue.json({"a": 1}), JsonMetadataValue({"a": 1})),
    (MetadataValue.url("http://x"), UrlMetadataValue("http://x")),
    (MetadataValue.path("/x"), PathMetadataValue("/x")),
    (MetadataValue.notebook("/x"), NotebookMetadataValue("/x")),
    (MetadataValue.null(), NullMetadataValue()),
    (MetadataValue.asset(AssetKey("a")), DagsterAssetMetadataValue(AssetKey("a"))),
    (MetadataValue.dagster_run("r"), DagsterRunMetadataValue("r")),
    (MetadataValue.python_artifact(dict), PythonArtifactMetadataValue("builtins", "dict")),
    (MetadataValue.table_schema(schema), TableSchemaMetadataValue(schema)),
    (
        MetadataValue.table([TableRecord({"a": 1})], schema=schema),
        TableMetadataValue(records=[TableRecord({"a": 1})], schema=schema),
    ),
]
show(
    same_class=[type(made) is type(direct) for made, direct in pairs],
    equal=[made == direct for made, direct in pairs],
    values=[plain(direct) for _, direct in pairs],
    is_value=[isinstance(direct, MetadataValue) for _, direct in pairs],
    text=[
        MetadataValue.text("x").text,
        MetadataValue.md("y").md_str,
        MetadataValue.url("u").url,
        MetadataValue.path("p").path,
    ],
    schema_columns=[[column.name, column.type] for column in TableSchemaMetadataValue(schema).schema.columns],
    hashable=len({MetadataValue.int(1), MetadataValue.int(1), MetadataValue.text("a")}),
)
