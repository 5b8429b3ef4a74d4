-- What depends on itself, one way or another.
SET search_path = zoo, public;

CREATE TABLE self_checked (id integer PRIMARY KEY, a integer, b integer);
CREATE FUNCTION row_is_good(r self_checked) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT r.a > 0';
ALTER TABLE self_checked ADD CONSTRAINT row_is_good CHECK (row_is_good(self_checked));
CREATE FUNCTION next_of(r self_checked) RETURNS integer LANGUAGE sql STABLE AS 'SELECT r.a + 1';
CREATE VIEW next_ones AS SELECT s.id, s.next_of FROM self_checked s;

CREATE TABLE self_default (id integer PRIMARY KEY, n integer);
CREATE FUNCTION highest() RETURNS integer LANGUAGE sql STABLE BEGIN ATOMIC SELECT max(id) FROM self_default; END;
ALTER TABLE self_default ALTER n SET DEFAULT highest();

CREATE TABLE self_generated (id integer, n integer);
CREATE FUNCTION id_of(r self_default) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT r.id';
CREATE TABLE uses_row_type (id integer, d self_default, e self_default[], n integer DEFAULT id_of(ROW(1, 2)::self_default));
CREATE INDEX self_checked_good ON self_checked (row_is_good(self_checked.*));

CREATE DOMAIN even AS integer;
CREATE FUNCTION is_even(even) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 2 = 0';
ALTER DOMAIN even ADD CONSTRAINT is_even CHECK (is_even(VALUE));
CREATE FUNCTION make_even() RETURNS even LANGUAGE sql IMMUTABLE RETURN 2::even;
ALTER DOMAIN even SET DEFAULT make_even();

-- A view that a function of the BEGIN ATOMIC form reads, which the view then calls.
CREATE VIEW asks AS SELECT 1 AS n;
CREATE FUNCTION answers() RETURNS integer LANGUAGE sql STABLE BEGIN ATOMIC SELECT max(n) FROM asks; END;
CREATE OR REPLACE VIEW asks AS SELECT answers() AS n;

-- Functions that read tables and views, in the form that the catalog knows.
CREATE FUNCTION grouped_rows() RETURNS SETOF grouped_by_key LANGUAGE sql STABLE BEGIN ATOMIC SELECT * FROM grouped_by_key; END;
CREATE PROCEDURE write_log(what text) LANGUAGE sql BEGIN ATOMIC INSERT INTO log (what) VALUES (write_log.what) ON CONFLICT DO NOTHING; UPDATE ring_a SET b = NULL; END;
CREATE FUNCTION of_summary() RETURNS bigint LANGUAGE sql STABLE RETURN (SELECT sum(n) FROM summary);
CREATE MATERIALIZED VIEW on_of_summary AS SELECT of_summary() AS n;
CREATE FUNCTION rows_of(refers) RETURNS SETOF refers LANGUAGE sql STABLE AS 'SELECT * FROM zoo.refers WHERE parent = $1.id';

-- A table with a type that has the table's row in it.
CREATE TABLE held (id integer);
CREATE TYPE holder AS (what held, note text);
CREATE TABLE holds (h holder, r held);
CREATE VIEW as_type AS SELECT 1 AS n;
CREATE TABLE of_view_type (v as_type);
CREATE FUNCTION from_view_type(as_type) RETURNS integer LANGUAGE sql AS 'SELECT $1.n';

-- A partition bound and a partition key by functions; a policy that reads its own table through a function.
CREATE FUNCTION part_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left($1, 1)';
CREATE TABLE by_function (t text) PARTITION BY LIST (part_of(t));
CREATE TABLE by_function_a PARTITION OF by_function FOR VALUES IN ('a');
