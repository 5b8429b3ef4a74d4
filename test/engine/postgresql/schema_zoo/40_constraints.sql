SET search_path = zoo, public;

CREATE TABLE constrained (
  id integer CONSTRAINT "the ""key""" PRIMARY KEY WITH (fillfactor = 80),
  a integer UNIQUE DEFERRABLE INITIALLY DEFERRED,
  b integer CONSTRAINT b_unique UNIQUE DEFERRABLE,
  c text,
  d tstzrange,
  e integer,
  CONSTRAINT c_and_e UNIQUE NULLS NOT DISTINCT (c, e),
  CONSTRAINT covering UNIQUE (e) INCLUDE (c, d),
  CONSTRAINT no_overlap EXCLUDE USING gist (e ext.gist_int4_ops WITH =, d WITH &&) WHERE (e > 0) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT no_same EXCLUDE USING btree (lower(c) COLLATE "C" text_pattern_ops WITH =),
  CONSTRAINT "positive, ""really""" CHECK (a > 0 AND b > 0 OR c IS NULL),
  CONSTRAINT uses_function CHECK (twice(e) < 100),
  CHECK (true), CHECK (c <> 'it''s \')
);
ALTER TABLE constrained ADD CONSTRAINT not_yet CHECK (e <> 13) NOT VALID;
COMMENT ON CONSTRAINT "the ""key""" ON constrained IS 'the key';
COMMENT ON CONSTRAINT no_overlap ON constrained IS 'no overlap';
COMMENT ON INDEX no_overlap IS 'its index';

CREATE TABLE refers (
  id serial PRIMARY KEY,
  one integer REFERENCES constrained ON DELETE CASCADE ON UPDATE SET NULL,
  two integer REFERENCES constrained (e) MATCH FULL DEFERRABLE INITIALLY DEFERRED,
  three integer CONSTRAINT "three ""fk""" REFERENCES constrained ON DELETE SET DEFAULT DEFERRABLE,
  four text, five integer,
  FOREIGN KEY (four, five) REFERENCES constrained (c, e) ON DELETE SET NULL (four) ON UPDATE RESTRICT,
  parent integer REFERENCES refers
);
ALTER TABLE refers ADD CONSTRAINT unchecked FOREIGN KEY (five) REFERENCES constrained NOT VALID;
COMMENT ON CONSTRAINT unchecked ON refers IS 'not looked at';

-- References in circles.
CREATE TABLE ring_a (id integer PRIMARY KEY, b integer);
CREATE TABLE ring_b (id integer PRIMARY KEY, c integer);
CREATE TABLE ring_c (id integer PRIMARY KEY, a integer REFERENCES ring_a);
ALTER TABLE ring_a ADD FOREIGN KEY (b) REFERENCES ring_b;
ALTER TABLE ring_b ADD FOREIGN KEY (c) REFERENCES ring_c DEFERRABLE INITIALLY DEFERRED;

-- Indexes of all kinds.
CREATE TABLE indexed (id integer NOT NULL, a text, b jsonb, c integer[], d tsvector, e point, f integer, g text, h text);
CREATE INDEX ON indexed (a DESC NULLS LAST, f ASC NULLS FIRST);
CREATE INDEX "an ""index"".x" ON indexed (lower(a) text_pattern_ops, (f + 1)) WHERE f > 0 AND a <> 'it''s';
CREATE INDEX indexed_gin ON indexed USING gin (b jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX indexed_gin_array ON indexed USING gin (c);
CREATE INDEX indexed_gist ON indexed USING gist (e) WITH (buffering = on, fillfactor = 60);
CREATE INDEX indexed_hash ON indexed USING hash (f);
CREATE INDEX indexed_brin ON indexed USING brin (f, id) WITH (pages_per_range = 4, autosummarize = on);
CREATE INDEX indexed_spgist ON indexed USING spgist (g);
CREATE INDEX indexed_trgm ON indexed USING gist (g gist_trgm_ops (siglen = 32));
CREATE INDEX indexed_collated ON indexed (g COLLATE "C", h COLLATE "POSIX" varchar_pattern_ops) INCLUDE (f);
CREATE UNIQUE INDEX indexed_unique ON indexed (id);
CREATE UNIQUE INDEX indexed_nulls ON indexed (f, g) NULLS NOT DISTINCT;
CREATE INDEX indexed_expression ON indexed ((a || 'x'), (twice(f)), coalesce(g, h));
ALTER INDEX indexed_expression ALTER COLUMN 1 SET STATISTICS 300;
ALTER INDEX indexed_expression ALTER COLUMN 3 SET STATISTICS 0;
ALTER TABLE indexed CLUSTER ON indexed_unique;
ALTER TABLE indexed REPLICA IDENTITY USING INDEX indexed_unique;
ALTER TABLE constrained CLUSTER ON "the ""key""";
ALTER TABLE constrained REPLICA IDENTITY FULL;
ALTER TABLE ring_a REPLICA IDENTITY NOTHING;
ALTER TABLE ring_b REPLICA IDENTITY USING INDEX ring_b_pkey;
COMMENT ON INDEX "an ""index"".x" IS 'an index''s comment';

CREATE STATISTICS indexed_plain ON a, f FROM indexed;
CREATE STATISTICS yard."some ""statistics""" (ndistinct, dependencies) ON a, g, h FROM indexed;
CREATE STATISTICS indexed_expressions (mcv) ON (lower(a)), (f % 10), g FROM indexed;
CREATE STATISTICS one_expression ON (f / 10) FROM indexed;
ALTER STATISTICS indexed_plain SET STATISTICS 1000;
COMMENT ON STATISTICS indexed_plain IS 'some statistics';
