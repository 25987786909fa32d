-- The dynamic partitions, under the names of their definitions, in the order in which they were added.
CREATE TABLE dynamic_partitions (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    partition_key TEXT NOT NULL,
    UNIQUE (name, partition_key)
);
CREATE INDEX dynamic_partitions_in_order ON dynamic_partitions (name, number);
