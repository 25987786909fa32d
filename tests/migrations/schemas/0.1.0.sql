BEGIN TRANSACTION;
CREATE TABLE asset_partitions (
    asset_key       TEXT NOT NULL,
    asset_partition TEXT NOT NULL,
    materialization INTEGER NOT NULL,
    PRIMARY KEY (asset_key, asset_partition)
) WITHOUT ROWID;
INSERT INTO "asset_partitions" VALUES('["raw", "flights"]','2013-01',4);
INSERT INTO "asset_partitions" VALUES('["raw", "flights"]','2013-02',5);
CREATE TABLE assets (
    asset_key       TEXT NOT NULL PRIMARY KEY,
    materialization INTEGER,
    observation     INTEGER
) WITHOUT ROWID;
INSERT INTO "assets" VALUES('["raw", "flights"]',5,NULL);
INSERT INTO "assets" VALUES('["source"]',NULL,7);
CREATE TABLE deleted_events (number INTEGER NOT NULL);
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
INSERT INTO "events" VALUES(1,'good',NULL,'PIPELINE_START',10.0,'',NULL,10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(2,'good',NULL,'STEP_START',11.0,'','raw__flights',10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(3,'good',NULL,'LOG',11.5,'',NULL,20,'reading flüge.csv',NULL,NULL,'{"type":"log"}');
INSERT INTO "events" VALUES(4,'good',NULL,'ASSET_MATERIALIZATION',12.0,'','raw__flights',10,'','["raw", "flights"]','2013-01','{"type":"materialized","materialization":{"type":"materialization","asset_key":["raw","flights"],"description":null,"metadata":{"rows":{"type":"int","value":336776},"preview":{"type":"markdown","md_str":"| a |\n|---|"},"path":{"type":"path","path":"/data"}},"partition":"2013-01","tags":{"dagster/data_version":"v1"}},"asset_lineage":[]}');
INSERT INTO "events" VALUES(5,'good',NULL,'ASSET_MATERIALIZATION',12.0,'','raw__flights',10,'','["raw", "flights"]','2013-02','{"type":"materialized","materialization":{"type":"materialization","asset_key":["raw","flights"],"description":null,"metadata":{},"partition":"2013-02","tags":{}},"asset_lineage":[]}');
INSERT INTO "events" VALUES(6,'good',NULL,'ASSET_MATERIALIZATION',12.0,'','raw__flights',10,'',NULL,NULL,'{"type":"materialized","materialization":{"type":"materialization","asset_key":["forgotten"],"description":null,"metadata":{},"partition":null,"tags":{}},"asset_lineage":[]}');
INSERT INTO "events" VALUES(7,'good',NULL,'ASSET_OBSERVATION',12.0,'',NULL,10,'','["source"]',NULL,'{"type":"observed","asset_observation":{"type":"observation","asset_key":["source"],"description":null,"metadata":{},"partition":null,"tags":{"dagster/data_version":"s1"}}}');
INSERT INTO "events" VALUES(8,'good',NULL,'STEP_SUCCESS',13.0,'','raw__flights',10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(9,'good',NULL,'PIPELINE_SUCCESS',14.0,'',NULL,10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(10,'bad',NULL,'PIPELINE_START',20.0,'',NULL,10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(11,'bad',NULL,'STEP_START',21.0,'','raw__flights',10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(12,'bad',NULL,'STEP_UP_FOR_RETRY',22.0,'','raw__flights',10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(13,'bad',NULL,'STEP_RESTARTED',23.0,'','raw__flights',10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(14,'bad',NULL,'STEP_FAILURE',24.0,'','raw__flights',10,'',NULL,NULL,'{"type":"failure","error":{"cls_name":"ValueError","message":"no such month","frames":[{"file":"raw.py","line":7,"function":"flights","source":"raise ValueError"}]}}');
INSERT INTO "events" VALUES(15,'bad',NULL,'PIPELINE_FAILURE',25.0,'',NULL,10,'',NULL,NULL,NULL);
INSERT INTO "events" VALUES(16,'waiting',NULL,'PIPELINE_ENQUEUED',30.0,'',NULL,10,'',NULL,NULL,NULL);
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at DOUBLE PRECISION NOT NULL);
INSERT INTO "migrations" VALUES(1,'initial',1000.0);
CREATE TABLE named_values (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "named_values" VALUES('cursor/sensor','42');
CREATE TABLE run_tags (
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (name, value, run_id)
) WITHOUT ROWID;
INSERT INTO "run_tags" VALUES('team','blue','good');
INSERT INTO "run_tags" VALUES('team','red','waiting');
INSERT INTO "run_tags" VALUES('ü','🌊','waiting');
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
INSERT INTO "runs" VALUES(1,'good','daily','SUCCESS',1000.0,1000.0,10.0,14.0,'{"run_id":"good","job_name":"daily","run_config":{"ops":{"flights":{"config":{"year":2013}}}},"tags":{"team":"blue"},"status":"NOT_STARTED","asset_selection":null,"asset_check_selection":null,"op_selection":null,"step_keys_to_execute":null,"root_run_id":null,"parent_run_id":null,"location":""}');
INSERT INTO "runs" VALUES(2,'bad','daily','FAILURE',1000.0,1000.0,20.0,25.0,'{"run_id":"bad","job_name":"daily","run_config":{},"tags":{},"status":"NOT_STARTED","asset_selection":null,"asset_check_selection":null,"op_selection":null,"step_keys_to_execute":null,"root_run_id":"good","parent_run_id":"good","location":""}');
INSERT INTO "runs" VALUES(3,'waiting','hourly','QUEUED',1000.0,1000.0,NULL,NULL,'{"run_id":"waiting","job_name":"hourly","run_config":{},"tags":{"team":"red","ü":"🌊"},"status":"NOT_STARTED","asset_selection":null,"asset_check_selection":null,"op_selection":null,"step_keys_to_execute":null,"root_run_id":null,"parent_run_id":null,"location":""}');
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
INSERT INTO "steps" VALUES('bad','raw__flights',11,'FAILURE',2,21.0,24.0);
INSERT INTO "steps" VALUES('good','raw__flights',2,'SUCCESS',1,11.0,13.0);
CREATE INDEX runs_of_job ON runs (job_name, number);
CREATE INDEX runs_by_status ON runs (status, number);
CREATE INDEX runs_by_update ON runs (updated_at);
CREATE INDEX events_of_run ON events (run_id);
CREATE INDEX events_of_asset ON events (asset_key) WHERE asset_key IS NOT NULL;
CREATE INDEX events_about_runs ON events (kind) WHERE kind >= 'PIPELINE_' AND kind < 'PIPELINE`';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',3);
COMMIT;
