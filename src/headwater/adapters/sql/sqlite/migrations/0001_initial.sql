-- Times are seconds since the epoch (UTC). Values that nobody filters by are JSON.

CREATE TABLE runs (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id     TEXT NOT NULL UNIQUE,
    job_name   TEXT NOT NULL,
    status     TEXT NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    updated_at DOUBLE PRECISION NOT NULL,
    started_at DOUBLE PRECISION,
    ended_at   DOUBLE PRECISION,
    spec       TEXT NOT NULL  -- the run as it was recorded; its status is the column's
);
CREATE INDEX runs_of_job ON runs (job_name, number);
CREATE INDEX runs_by_status ON runs (status, number);
CREATE INDEX runs_by_update ON runs (updated_at);

-- Finds runs by their tags; a run's tags are read from its spec.
CREATE TABLE run_tags (
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (name, value, run_id)
) WITHOUT ROWID;

CREATE TABLE events (
    number          INTEGER PRIMARY KEY,
    run_id          TEXT,  -- NULL once its run is deleted and the event is kept for an asset's sake;
    former_run_id   TEXT,  -- then this is the id
    kind            TEXT NOT NULL,
    happened_at     DOUBLE PRECISION NOT NULL,
    job_name        TEXT NOT NULL,
    step_key        TEXT,
    level           INTEGER NOT NULL,
    message         TEXT NOT NULL,
    asset_key       TEXT,  -- NULL when the event is about no asset, or its asset was wiped
    asset_partition TEXT,
    data            TEXT   -- the facts of this kind of event
);
CREATE INDEX events_of_run ON events (run_id);
CREATE INDEX events_of_asset ON events (asset_key) WHERE asset_key IS NOT NULL;
-- Among many log lines, the few events about whole runs are found by their kind. Queries repeat the condition.
CREATE INDEX events_about_runs ON events (kind) WHERE kind >= 'PIPELINE_' AND kind < 'PIPELINE`';

-- The highest number among deleted events: numbers are never given twice.
CREATE TABLE deleted_events (number INTEGER NOT NULL);

CREATE TABLE steps (
    run_id       TEXT NOT NULL,
    step_key     TEXT NOT NULL,
    first_number INTEGER NOT NULL,   -- of the event with which it began
    status       TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    started_at   DOUBLE PRECISION,
    ended_at     DOUBLE PRECISION,
    PRIMARY KEY (run_id, step_key)
) WITHOUT ROWID;

-- The numbers of the newest events about each asset, and about each of its partitions.
CREATE TABLE assets (
    asset_key       TEXT NOT NULL PRIMARY KEY,
    materialization INTEGER,
    observation     INTEGER
) WITHOUT ROWID;

CREATE TABLE asset_partitions (
    asset_key       TEXT NOT NULL,
    asset_partition TEXT NOT NULL,
    materialization INTEGER NOT NULL,
    PRIMARY KEY (asset_key, asset_partition)
) WITHOUT ROWID;

CREATE TABLE named_values (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
