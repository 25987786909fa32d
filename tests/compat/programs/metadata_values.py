"""Every kind of metadata value, and what plain Python values become.

oracle: both
"""

from dagster import (
    AssetKey,
    MetadataValue,
    TableColumn,
    TableColumnConstraints,
    TableConstraints,
    TableRecord,
    TableSchema,
    asset,
    materialize,
)
from observe import caught, metadata, refused, show

schema = TableSchema(
    columns=[
        TableColumn(
            "name",
            "string",
            description="who",
            constraints=TableColumnConstraints(nullable=False, unique=True),
        ),
        TableColumn("age", "int"),
    ],
    constraints=TableConstraints(other=["rows > 0"]),
)
records = [TableRecord({"name": "a", "age": 1}), TableRecord({"name": "b", "age": 2})]
values = {
    "text": MetadataValue.text("a"),
    "url": MetadataValue.url("http://x"),
    "place": MetadataValue.path("/a/b"),
    "notebook": MetadataValue.notebook("/a.ipynb"),
    "json": MetadataValue.json({"a": [1]}),
    "md": MetadataValue.md("# a"),
    "python": MetadataValue.python_artifact(dict),
    "float": MetadataValue.float(1.5),
    "int": MetadataValue.int(3),
    "bool": MetadataValue.bool(True),
    "null": MetadataValue.null(),
    "asset": MetadataValue.asset(AssetKey(["a", "b"])),
    "run": MetadataValue.dagster_run("an id"),
    "schema": MetadataValue.table_schema(schema),
    "table": MetadataValue.table(records, schema=schema),
    "plain_text": "t",
    "plain_int": 1,
    "plain_float": 0.25,
    "plain_bool": False,
    "plain_none": None,
    "plain_dict": {"k": [1, {"x": None}]},
    "plain_list": [1, "a"],
    "plain_key": AssetKey("z"),
    "plain_schema": schema,
}


@asset
def everything(context):
    context.add_output_metadata(values)


def with_value(value):
    @asset
    def one(context):
        context.add_output_metadata({"x": value})

    materialize([one])


result = materialize([everything])
found = result.asset_materializations_for_node("everything")[0].metadata
found = {key: value for key, value in found.items() if key in values}
show(
    metadata=metadata(found),
    classes={key: type(value).__name__ for key, value in sorted(found.items())},
    table=[record.data for record in found["table"].records],
    inferred=[
        [column.name, column.type]
        for column in MetadataValue.table(
            [TableRecord({"a": 1, "b": "x", "c": 1.5, "d": True})]
        ).schema.columns
    ],
    object=caught(with_value, object()),
    json_object=caught(MetadataValue.json, {"a": object()}),
    equal=MetadataValue.int(1) == MetadataValue.int(1),
    mixed=refused(MetadataValue.table, [TableRecord({"a": 1}), TableRecord({"b": 1})]),
    default_schema=[
        [c.name, c.type, c.constraints.nullable, c.constraints.unique]
        for c in TableSchema(columns=[TableColumn("x")]).columns
    ],
)
