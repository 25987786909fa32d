-- name: get
SELECT name, value FROM named_values WHERE name >= ? AND substr(name, 1, length(?)) = ? ORDER BY name;

-- name: set
INSERT INTO named_values (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: remove
DELETE FROM named_values WHERE name = ?;
