-- How schedules and sensors stand: `spec` is the state, without what the ticks themselves say of it.
CREATE TABLE automations (
    location      TEXT NOT NULL,
    name          TEXT NOT NULL,
    spec          TEXT NOT NULL,
    cursor        TEXT,
    last_due_at   DOUBLE PRECISION,
    last_ended_at DOUBLE PRECISION,
    last_run_key  TEXT,
    PRIMARY KEY (location, name)
) WITHOUT ROWID;

CREATE TABLE ticks (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    location TEXT NOT NULL,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    due_at   DOUBLE PRECISION NOT NULL,
    ended_at DOUBLE PRECISION NOT NULL,
    status   TEXT NOT NULL,
    spec     TEXT NOT NULL  -- the tick; its number is the column's
);
CREATE INDEX ticks_of_automation ON ticks (location, name, number);
CREATE INDEX ticks_by_end ON ticks (ended_at);
-- The moment of a schedule's tick is taken once, whoever asks.
CREATE UNIQUE INDEX ticks_of_moment ON ticks (location, name, due_at) WHERE kind = 'schedule';

-- The key of a run that a schedule or sensor has asked for. It outlives the tick and the run.
CREATE TABLE run_keys (
    location TEXT NOT NULL,
    name     TEXT NOT NULL,
    run_key  TEXT NOT NULL,
    run_id   TEXT NOT NULL,
    PRIMARY KEY (location, name, run_key)
) WITHOUT ROWID;

CREATE TABLE leases (
    name    TEXT NOT NULL PRIMARY KEY,
    owner   TEXT NOT NULL,
    ends_at DOUBLE PRECISION NOT NULL
) WITHOUT ROWID;
