-- Every statement stands under its name, and is loaded by it.

-- name: newest_number
SELECT MAX(number) FROM (
    SELECT MAX(number) AS number FROM events
    UNION ALL
    SELECT MAX(number) AS number FROM deleted_events
) AS numbers;

-- name: append
INSERT INTO events (
    number, run_id, kind, happened_at, job_name, step_key, level, message, asset_key, asset_partition, data
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: select
SELECT events.number, COALESCE(events.run_id, events.former_run_id), kind, happened_at, job_name, step_key, level,
       message, data
FROM events;

-- name: size
SELECT COUNT(*) FROM events;

-- name: step_state
SELECT step_key, status, attempts, started_at, ended_at, first_number FROM steps WHERE run_id = ? AND step_key = ?;

-- name: save_step
INSERT INTO steps (run_id, step_key, status, attempts, started_at, ended_at, first_number)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, step_key) DO UPDATE SET
    status = excluded.status,
    attempts = excluded.attempts,
    started_at = excluded.started_at,
    ended_at = excluded.ended_at;

-- name: end_open_steps
UPDATE steps SET status = ?, ended_at = ? WHERE run_id = ? AND status IN ('STARTED', 'RETRYING');

-- name: step_states
SELECT step_key, status, attempts, started_at, ended_at FROM steps WHERE run_id = ? ORDER BY first_number, step_key;
