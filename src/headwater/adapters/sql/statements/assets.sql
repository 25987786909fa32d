-- name: save_materialization
INSERT INTO assets (asset_key, materialization) VALUES (?, ?)
ON CONFLICT (asset_key) DO UPDATE SET materialization = excluded.materialization;

-- name: save_observation
INSERT INTO assets (asset_key, observation) VALUES (?, ?)
ON CONFLICT (asset_key) DO UPDATE SET observation = excluded.observation;

-- name: join_materialization
JOIN assets ON assets.materialization = events.number;

-- name: join_observation
JOIN assets ON assets.observation = events.number;

-- name: join_partition
JOIN asset_partitions ON asset_partitions.materialization = events.number;

-- name: keys
SELECT asset_key FROM assets;

-- name: partitions
SELECT asset_partition FROM asset_partitions WHERE asset_key = ? AND materialization IS NOT NULL ORDER BY asset_partition;

-- name: count_partitions
SELECT made FROM asset_partition_counts WHERE asset_key = ?;

-- name: forget_events
UPDATE events SET asset_key = NULL
WHERE asset_key = ? AND kind IN ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION');

-- name: forget_partition_events
UPDATE events SET asset_key = NULL
WHERE asset_key = ? AND asset_partition = ? AND kind IN ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION');

-- name: forget_asset
DELETE FROM assets WHERE asset_key = ?;

-- name: forget_partitions
DELETE FROM asset_partitions WHERE asset_key = ?;

-- name: forget_partition
DELETE FROM asset_partitions WHERE asset_key = ? AND asset_partition = ?;

-- name: renew_asset
-- After some partitions were forgotten: the newest of the events that are left.
UPDATE assets SET
    materialization = (
        SELECT MAX(number) FROM events WHERE events.asset_key = assets.asset_key AND kind = 'ASSET_MATERIALIZATION'
    ),
    observation = (
        SELECT MAX(number) FROM events WHERE events.asset_key = assets.asset_key AND kind = 'ASSET_OBSERVATION'
    )
WHERE asset_key = ?;

-- name: forget_asset_without_events
DELETE FROM assets WHERE asset_key = ? AND materialization IS NULL AND observation IS NULL;
