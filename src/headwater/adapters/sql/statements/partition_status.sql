-- name: known
SELECT status, materialization FROM asset_partitions WHERE asset_key = ? AND asset_partition = ?;

-- name: begin
INSERT INTO asset_partitions (asset_key, asset_partition, status, run_id, changed) VALUES (?, ?, 'IN_PROGRESS', ?, ?)
ON CONFLICT (asset_key, asset_partition) DO UPDATE SET
    status = excluded.status, run_id = excluded.run_id, changed = excluded.changed;

-- name: finish
INSERT INTO asset_partitions (asset_key, asset_partition, materialization, status, run_id, changed)
VALUES (?, ?, ?, 'MATERIALIZED', NULL, ?)
ON CONFLICT (asset_key, asset_partition) DO UPDATE SET
    materialization = excluded.materialization, status = excluded.status, run_id = NULL, changed = excluded.changed;

-- name: settle
UPDATE asset_partitions SET status = ?, changed = ? WHERE asset_key = ? AND asset_partition = ?;

-- name: unfinished
SELECT asset_key, asset_partition, materialization FROM asset_partitions WHERE run_id = ? AND status = 'IN_PROGRESS';

-- name: add_counts
INSERT INTO asset_partition_counts (asset_key, made, materialized, failed, in_progress, wipes) VALUES (?, ?, ?, ?, ?, 0)
ON CONFLICT (asset_key) DO UPDATE SET
    made = asset_partition_counts.made + excluded.made,
    materialized = asset_partition_counts.materialized + excluded.materialized,
    failed = asset_partition_counts.failed + excluded.failed,
    in_progress = asset_partition_counts.in_progress + excluded.in_progress;

-- name: recount
-- After some were forgotten.
UPDATE asset_partition_counts SET
    made = (SELECT COUNT(materialization) FROM asset_partitions AS each WHERE each.asset_key = asset_partition_counts.asset_key),
    materialized = (
        SELECT COUNT(*) FROM asset_partitions AS each
        WHERE each.asset_key = asset_partition_counts.asset_key AND status = 'MATERIALIZED'
    ),
    failed = (
        SELECT COUNT(*) FROM asset_partitions AS each
        WHERE each.asset_key = asset_partition_counts.asset_key AND status = 'FAILED'
    ),
    in_progress = (
        SELECT COUNT(*) FROM asset_partitions AS each
        WHERE each.asset_key = asset_partition_counts.asset_key AND status = 'IN_PROGRESS'
    ),
    wipes = wipes + 1
WHERE asset_key = ?;

-- name: counts
SELECT asset_key, materialized, failed, in_progress FROM asset_partition_counts;

-- name: wipes
SELECT wipes FROM asset_partition_counts WHERE asset_key = ?;

-- name: statuses
SELECT asset_partition, status FROM asset_partitions;

-- name: changes
SELECT asset_partition, status, changed FROM asset_partitions WHERE asset_key = ? AND changed > ? ORDER BY changed;

-- name: runs
SELECT asset_partition, run_id FROM asset_partitions;
