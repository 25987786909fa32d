-- name: add
INSERT INTO dynamic_partitions (name, partition_key) VALUES (?, ?) ON CONFLICT (name, partition_key) DO NOTHING;

-- name: delete
DELETE FROM dynamic_partitions WHERE name = ? AND partition_key = ?;

-- name: keys
SELECT partition_key FROM dynamic_partitions WHERE name = ? ORDER BY number LIMIT ?;

-- name: keys_after
SELECT partition_key FROM dynamic_partitions
WHERE name = ? AND number > (SELECT number FROM dynamic_partitions WHERE name = ? AND partition_key = ?)
ORDER BY number LIMIT ?;

-- name: has
SELECT 1 FROM dynamic_partitions WHERE name = ? AND partition_key = ?;

-- name: count
SELECT COUNT(*) FROM dynamic_partitions WHERE name = ?;
