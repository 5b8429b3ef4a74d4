-- Trusted ones, so that the owner of a database can restore them; one in a schema of its own, one that needs another.
CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist SCHEMA ext;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION cube;
CREATE EXTENSION ltree SCHEMA ext;
COMMENT ON EXTENSION hstore IS 'key and value, with a comment of our own';
