-- name: add
INSERT INTO backfills (backfill_id, status, spec) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;

-- name: add_part
INSERT INTO backfill_parts (backfill_id, number, layer, first_key, last_key, key_count, status, run_id, attempt)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: select
SELECT number, status, ended_at, spec FROM backfills;

-- name: parts
SELECT number, layer, first_key, last_key, key_count, status, run_id, attempt FROM backfill_parts;

-- name: counts
SELECT backfill_id, layer, status, COUNT(*), SUM(key_count) FROM backfill_parts{condition}
GROUP BY backfill_id, layer, status ORDER BY backfill_id, layer, status;

-- name: take_part
UPDATE backfill_parts SET status = 'QUEUED', run_id = ?, attempt = attempt + 1
WHERE backfill_id = ? AND number = ? AND status = 'WAITING'
  AND EXISTS (SELECT 1 FROM backfills WHERE backfills.backfill_id = backfill_parts.backfill_id AND backfills.status = 'RUNNING');

-- name: settle_part
UPDATE backfill_parts SET status = ? WHERE backfill_id = ? AND number = ?;

-- name: set_status
UPDATE backfills SET status = ?, ended_at = ?

-- name: run_again
UPDATE backfills SET status = 'RUNNING', ended_at = NULL
WHERE backfill_id = ? AND status <> 'CANCELING';

-- name: retry_parts
UPDATE backfill_parts SET status = 'WAITING', run_id = NULL
WHERE backfill_id = ? AND status IN ('FAILURE', 'BLOCKED', 'CANCELED');

-- name: old
SELECT backfill_id FROM backfills WHERE ended_at < ? ORDER BY ended_at LIMIT ?;

-- name: forget_parts
DELETE FROM backfill_parts WHERE backfill_id = ?;

-- name: forget
DELETE FROM backfills WHERE backfill_id = ?;
