-- name: states
SELECT spec, cursor, last_due_at, last_ended_at, last_run_key FROM automations;

-- name: state
SELECT spec, cursor, last_due_at, last_ended_at, last_run_key FROM automations WHERE location = ? AND name = ?;

-- name: save_state
INSERT INTO automations (location, name, spec) VALUES (?, ?, ?)
ON CONFLICT (location, name) DO UPDATE SET spec = excluded.spec;

-- name: set_cursor
UPDATE automations SET cursor = ? WHERE location = ? AND name = ?;

-- name: set_last
UPDATE automations SET last_due_at = CASE WHEN last_due_at > ? THEN last_due_at ELSE ? END, last_ended_at = ?
WHERE location = ? AND name = ?;

-- name: set_last_run_key
UPDATE automations SET last_run_key = ? WHERE location = ? AND name = ?;

-- name: add_tick
INSERT INTO ticks (location, name, kind, due_at, ended_at, status, spec) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: newest_tick
SELECT MAX(number) FROM ticks WHERE location = ? AND name = ?;

-- name: tick_of_moment
SELECT number, status, spec FROM ticks WHERE location = ? AND name = ? AND due_at = ? AND kind = 'schedule';

-- name: remove_tick
DELETE FROM ticks WHERE number = ?;

-- name: take_key
INSERT INTO run_keys (location, name, run_key, run_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING;

-- name: run_of_key
SELECT run_id FROM run_keys WHERE location = ? AND name = ? AND run_key = ?;

-- name: ticks
SELECT number, spec FROM ticks

-- name: prune
DELETE FROM ticks WHERE number IN (SELECT number FROM ticks{condition}{page});

-- name: acquire_lease
INSERT INTO leases (name, owner, ends_at) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, ends_at = excluded.ends_at
WHERE leases.owner = excluded.owner OR leases.ends_at <= ?;

-- name: renew_lease
UPDATE leases SET ends_at = ? WHERE name = ? AND owner = ?;

-- name: release_lease
DELETE FROM leases WHERE name = ? AND owner = ?;

-- name: holder
SELECT owner FROM leases WHERE name = ? AND ends_at > ?;

-- name: lapsed_holder
SELECT owner FROM leases WHERE name = ? AND ends_at <= ?;
