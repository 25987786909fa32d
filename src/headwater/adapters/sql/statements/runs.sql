-- name: add
INSERT INTO runs (run_id, job_name, status, created_at, updated_at, spec) VALUES (?, ?, ?, ?, ?, ?);

-- name: select
SELECT number, status, created_at, updated_at, started_at, ended_at, spec FROM runs;

-- name: count
SELECT COUNT(*) FROM runs;

-- name: number
SELECT number FROM runs WHERE run_id = ?;

-- name: spec
SELECT spec FROM runs WHERE run_id = ?;

-- name: save_spec
UPDATE runs SET spec = ?, updated_at = ? WHERE run_id = ?;

-- name: progress
SELECT status, started_at, ended_at, makes_partitions FROM runs WHERE run_id = ?;

-- name: save_progress
UPDATE runs SET status = ?, started_at = ?, ended_at = ?, updated_at = ? WHERE run_id = ?;

-- name: announce_partitions
UPDATE runs SET makes_partitions = 1 WHERE run_id = ? AND status NOT IN ('SUCCESS', 'FAILURE', 'CANCELED');

-- name: add_tag
INSERT INTO run_tags (name, value, run_id) VALUES (?, ?, ?);

-- name: delete_tag
DELETE FROM run_tags WHERE name = ? AND value = ? AND run_id = ?;

-- name: delete
DELETE FROM runs WHERE run_id = ?;

-- name: delete_steps
DELETE FROM steps WHERE run_id = ?;

-- name: detach_asset_events
-- The events which are the newest knowledge of an asset stay when their run goes.
UPDATE events SET former_run_id = run_id, run_id = NULL
WHERE run_id = ? AND asset_key IS NOT NULL AND number IN (
    SELECT materialization FROM assets WHERE assets.asset_key = events.asset_key
    UNION ALL
    SELECT observation FROM assets WHERE assets.asset_key = events.asset_key
    UNION ALL
    SELECT materialization FROM asset_partitions
    WHERE asset_partitions.asset_key = events.asset_key
      AND asset_partitions.asset_partition = events.asset_partition
);

-- name: delete_events
DELETE FROM events WHERE run_id = ?;

-- name: forget_deleted_numbers
DELETE FROM deleted_events;

-- name: remember_deleted_number
INSERT INTO deleted_events (number) VALUES (?);
