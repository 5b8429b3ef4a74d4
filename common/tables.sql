-- Whimbrel's own tables. One text for both engines: PostgreSQL runs it in the extension's install script,
-- SQLite each group at the first of its functions that writes. Only what both understand stands here.

-- One row per applied migration. A migration file may insert its own row (version, description); the runner
-- then completes it.
CREATE TABLE schema_migrations (
  version TEXT NOT NULL PRIMARY KEY,
  applied_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  description TEXT NOT NULL DEFAULT '',
  seq BIGINT NOT NULL DEFAULT 0,
  applied_by TEXT NOT NULL DEFAULT '',
  duration_ms DOUBLE PRECISION NOT NULL DEFAULT 0,
  statements BIGINT NOT NULL DEFAULT 0,
  rows_affected BIGINT NOT NULL DEFAULT 0,
  file TEXT NOT NULL DEFAULT '',
  checksum TEXT NOT NULL DEFAULT '',
  token_checksum TEXT NOT NULL DEFAULT '',
  repeatable BOOLEAN NOT NULL DEFAULT FALSE,
  up_transaction BOOLEAN NOT NULL DEFAULT TRUE,
  down_transaction BOOLEAN NOT NULL DEFAULT TRUE,
  verify_by_running BOOLEAN NOT NULL DEFAULT FALSE,
  required TEXT NOT NULL DEFAULT '',
  baseline BOOLEAN NOT NULL DEFAULT FALSE,
  up_sql TEXT,
  down_sql TEXT,
  verify_sql TEXT
);

-- What was done, by whom, from where, with which outcome. Only ever inserted into.
CREATE TABLE migration_log (
  log_id BIGINT NOT NULL PRIMARY KEY,
  logged_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  action TEXT NOT NULL,
  version TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  outcome TEXT NOT NULL,
  duration_ms DOUBLE PRECISION NOT NULL DEFAULT 0,
  statements BIGINT NOT NULL DEFAULT 0,
  rows_affected BIGINT NOT NULL DEFAULT 0,
  executed_by TEXT NOT NULL DEFAULT '',
  client_address TEXT NOT NULL DEFAULT '',
  application TEXT NOT NULL DEFAULT '',
  server_version TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT ''
);

-- How far migrations have come whose statements run one by one (transaction:false): rows only as long as they
-- are not complete. state: intent (before a statement outside of a transaction), done, failed.
CREATE TABLE migration_journal (
  version TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  state TEXT NOT NULL,
  statement_hash TEXT NOT NULL,
  sql TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 1,
  rows_affected BIGINT NOT NULL DEFAULT 0,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  executed_by TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (version, ordinal)
);

-- Migrations that were registered in the database with migrate_add().
CREATE TABLE migration_sources (
  version TEXT NOT NULL PRIMARY KEY,
  description TEXT NOT NULL DEFAULT '',
  up_sql TEXT NOT NULL,
  down_sql TEXT,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  added_by TEXT NOT NULL DEFAULT ''
);

-- What exports and imports have to know about the data and no catalog says. Written by rule_add().
CREATE TABLE transfer_rules (
  rule_id BIGINT NOT NULL PRIMARY KEY,
  rule TEXT NOT NULL,
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL DEFAULT '',
  path TEXT NOT NULL DEFAULT '',
  target_table TEXT NOT NULL DEFAULT '',
  target_column TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL DEFAULT '{}',
  added_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  added_by TEXT NOT NULL DEFAULT ''
);

-- Which row here came from which row elsewhere: imports with new ids write it and find their rows again by it.
-- Keys are the JSON arrays of the primary keys' values.
CREATE TABLE id_origins (
  origin TEXT NOT NULL,
  table_name TEXT NOT NULL,
  origin_key TEXT NOT NULL,
  local_key TEXT NOT NULL,
  imported_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (origin, table_name, origin_key)
);

-- Bundles: documents over tables, as they were declared. Written by bundle_define().
CREATE TABLE bundles (
  bundle TEXT NOT NULL PRIMARY KEY,
  spec TEXT NOT NULL,
  defined_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  defined_by TEXT NOT NULL DEFAULT ''
);

-- What imports and rollbacks of bundles have written, and what was there before; never a secret. `root_key` is the key of
-- the document's own row, `replaced` a JSON array of changed rows, `undone_by` the run that took it back.
CREATE TABLE bundle_runs (
  run_id BIGINT NOT NULL PRIMARY KEY,
  bundle TEXT NOT NULL,
  action TEXT NOT NULL,
  ran_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ran_by TEXT NOT NULL DEFAULT '',
  plan_hash TEXT NOT NULL DEFAULT '',
  summary TEXT NOT NULL DEFAULT '',
  root_key TEXT NOT NULL DEFAULT '',
  document TEXT,
  replaced TEXT NOT NULL,
  inserted BIGINT NOT NULL DEFAULT 0,
  updated BIGINT NOT NULL DEFAULT 0,
  deleted BIGINT NOT NULL DEFAULT 0,
  undone_by BIGINT
);
