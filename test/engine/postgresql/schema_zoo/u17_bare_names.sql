SET search_path = zoo, public;
CREATE INDEX indexed_bare ON indexed ((twice_unqualified(f)));
CREATE MATERIALIZED VIEW bare_names AS SELECT twice_unqualified(1) AS two;
