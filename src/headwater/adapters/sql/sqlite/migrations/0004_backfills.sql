-- How each partition of an asset stands, and how many stand how. `materialization` is NULL for one that was never made;
-- `run_id` is the run that makes it, or that failed to; `changed` is the number of the event which said so.
CREATE TABLE asset_partitions_with_status (
    asset_key       TEXT NOT NULL,
    asset_partition TEXT NOT NULL,
    materialization INTEGER,
    status          TEXT NOT NULL,
    run_id          TEXT,
    changed         INTEGER NOT NULL,
    PRIMARY KEY (asset_key, asset_partition)
) WITHOUT ROWID;
INSERT INTO asset_partitions_with_status (asset_key, asset_partition, materialization, status, changed)
SELECT asset_key, asset_partition, materialization, 'MATERIALIZED', materialization FROM asset_partitions;
DROP TABLE asset_partitions;
ALTER TABLE asset_partitions_with_status RENAME TO asset_partitions;
CREATE INDEX asset_partitions_by_status ON asset_partitions (asset_key, status, asset_partition);
CREATE INDEX asset_partitions_by_change ON asset_partitions (asset_key, changed);
CREATE INDEX asset_partitions_of_run ON asset_partitions (run_id) WHERE status = 'IN_PROGRESS';

CREATE TABLE asset_partition_counts (
    asset_key    TEXT NOT NULL PRIMARY KEY,
    made         INTEGER NOT NULL,
    materialized INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    in_progress  INTEGER NOT NULL,
    wipes        INTEGER NOT NULL  -- grows when statuses were forgotten: what is known of them is to be read anew
) WITHOUT ROWID;
INSERT INTO asset_partition_counts
SELECT asset_key, COUNT(*), COUNT(*), 0, 0, 0 FROM asset_partitions GROUP BY asset_key;

-- Whether a run makes partitions: only then its end changes any.
ALTER TABLE runs ADD COLUMN makes_partitions INTEGER NOT NULL DEFAULT 0;

CREATE TABLE backfills (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    backfill_id TEXT NOT NULL UNIQUE,
    status      TEXT NOT NULL,
    ended_at    DOUBLE PRECISION,
    spec        TEXT NOT NULL  -- the backfill as it was recorded; status and end are the columns'
);
CREATE INDEX backfills_by_status ON backfills (status, number);

-- Each part is begun once in an attempt: its run is recorded with it, in one transaction.
CREATE TABLE backfill_parts (
    backfill_id TEXT NOT NULL,
    number      INTEGER NOT NULL,
    layer       INTEGER NOT NULL,
    first_key   TEXT,
    last_key    TEXT,
    key_count   INTEGER NOT NULL,
    status      TEXT NOT NULL,
    run_id      TEXT UNIQUE,
    attempt     INTEGER NOT NULL,
    PRIMARY KEY (backfill_id, number)
) WITHOUT ROWID;
CREATE INDEX backfill_parts_by_status ON backfill_parts (backfill_id, status, layer, key_count);
