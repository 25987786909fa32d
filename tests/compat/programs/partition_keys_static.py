"""Static, dynamic and combined partitions: keys, ranges, tags.

oracle: 1.13
"""

from dagster import (
    DagsterInstance,
    DailyPartitionsDefinition,
    DynamicPartitionsDefinition,
    MultiPartitionKey,
    MultiPartitionsDefinition,
    PartitionKeyRange,
    PartitionsDefinition,
    StaticPartitionsDefinition,
    partition_loading_context,
)
from observe import caught, show

letters = StaticPartitionsDefinition(["b", "a", "c", "d"])
grid = MultiPartitionsDefinition(
    {"z": StaticPartitionsDefinition(["1", "2"]), "a": StaticPartitionsDefinition(["x", "y"])}
)
dated = MultiPartitionsDefinition(
    {"date": DailyPartitionsDefinition("2024-05-07", end_date="2024-05-10"), "letter": letters}
)
colors = DynamicPartitionsDefinition(name="colors")
key = MultiPartitionKey({"z": "1", "a": "x"})

with DagsterInstance.ephemeral() as instance:
    instance.add_dynamic_partitions("colors", ["red", "blue"])
    instance.add_dynamic_partitions("colors", ["green", "blue"])
    instance.delete_dynamic_partition("colors", "red")
    instance.delete_dynamic_partition("colors", "nothing")
    with partition_loading_context(dynamic_partitions_store=instance):
        dynamic = {
            "keys": colors.get_partition_keys(),
            "of_instance": instance.get_dynamic_partitions("colors"),
            "has": [instance.has_dynamic_partition("colors", each) for each in ("red", "blue")],
            "ends": [
                colors.get_first_partition_key(),
                colors.get_last_partition_key(),
                colors.get_num_partitions(),
            ],
            "combined": list(MultiPartitionsDefinition({"c": colors, "l": letters}).get_partition_keys()),
            "range": colors.get_partition_keys_in_range(PartitionKeyRange("blue", "green")),
        }

window = dated.time_window_for_partition_key("2024-05-08|a")
show(
    static=[
        letters.get_partition_keys(),
        letters.get_num_partitions(),
        letters.has_partition_key("x"),
        str(letters),
    ],
    static_range=letters.get_partition_keys_in_range(PartitionKeyRange("a", "d")),
    static_backwards=letters.get_partition_keys_in_range(PartitionKeyRange("d", "a")),
    grid=[list(grid.get_partition_keys()), grid.get_num_partitions(), str(grid)],
    grid_range=list(grid.get_partition_keys_in_range(PartitionKeyRange("x|1", "y|1"))),
    grid_has=[grid.has_partition_key(each) for each in ("x|1", "1|x", "x", key)],
    grid_tags=grid.get_tags_for_partition_key("x|1"),
    grid_key=[key, str(key), key.keys_by_dimension, key == "x|1"],
    grid_parsed=grid.get_partition_key_from_str("y|2").keys_by_dimension,
    grid_with=list(grid.get_multipartition_keys_with_dimension_value("a", "x")),
    dated=[list(dated.get_partition_keys())[:3], dated.time_window_dimension.name, window.start.isoformat()],
    dated_last=dated.get_last_partition_key(),
    dynamic=dynamic,
    by_function=DynamicPartitionsDefinition(lambda _: ["a", "b"]).get_partition_keys(),
    equal=[
        letters == StaticPartitionsDefinition(["b", "a", "c", "d"]),
        colors == DynamicPartitionsDefinition(name="x"),
    ],
    kinds=[isinstance(each, PartitionsDefinition) for each in (letters, grid, colors)],
    wrong=[
        caught(StaticPartitionsDefinition, ["a", "a"]),
        caught(StaticPartitionsDefinition, ["a...b"]),
        caught(letters.get_partition_keys_in_range, PartitionKeyRange("a", "x")),
        caught(letters.validate_partition_key, "x", None),
        caught(MultiPartitionsDefinition, {"a": letters}),
        caught(DynamicPartitionsDefinition),
        caught(colors.get_partition_keys),
    ],
)
