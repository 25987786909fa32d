-- name: create
CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at DOUBLE PRECISION NOT NULL);

-- name: applied
SELECT number, name FROM migrations ORDER BY number;

-- name: record
INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?);
