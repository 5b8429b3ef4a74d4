-- Only a superuser makes these: base types, operator classes, languages, access methods, casts without a function.
SET search_path = zoo, public;

CREATE TYPE shell_only;
CREATE TYPE weight;
CREATE FUNCTION weight_in(cstring) RETURNS weight LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION weight_out(weight) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION weight_receive(internal) RETURNS weight LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE FUNCTION weight_send(weight) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'int4send';
CREATE TYPE weight (INPUT = weight_in, OUTPUT = weight_out, RECEIVE = weight_receive, SEND = weight_send, INTERNALLENGTH = 4, PASSEDBYVALUE,
  ALIGNMENT = int4, CATEGORY = 'N', PREFERRED = true, DEFAULT = '7', DELIMITER = ';');
COMMENT ON TYPE weight IS 'a base type';
CREATE TYPE "Long ""text""";
CREATE FUNCTION long_in(cstring, oid, integer) RETURNS "Long ""text""" LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION long_out("Long ""text""") RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE TYPE "Long ""text""" (INPUT = long_in, OUTPUT = long_out, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout, STORAGE = extended, COLLATABLE = true, DEFAULT = 'it''s');
CREATE TABLE weighed (id integer, w weight DEFAULT '3', ws weight[], l "Long ""text"""(30));
CREATE DOMAIN heavy AS weight;

CREATE FUNCTION weight_less(weight, weight) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION weight_less_equal(weight, weight) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4le';
CREATE FUNCTION weight_equal(weight, weight) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF AS 'int4eq';
CREATE FUNCTION weight_more_equal(weight, weight) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4ge';
CREATE FUNCTION weight_more(weight, weight) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4gt';
CREATE FUNCTION weight_compare(weight, weight) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE FUNCTION weight_compare_integer(weight, integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE FUNCTION weight_less_integer(weight, integer) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION weight_hash(weight) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'hashint4';
CREATE FUNCTION weight_minus(weight, weight) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT 1.0::float8';
CREATE OPERATOR < (FUNCTION = weight_less, LEFTARG = weight, RIGHTARG = weight, COMMUTATOR = >, NEGATOR = >=);
CREATE OPERATOR <= (FUNCTION = weight_less_equal, LEFTARG = weight, RIGHTARG = weight);
CREATE OPERATOR = (FUNCTION = weight_equal, LEFTARG = weight, RIGHTARG = weight, COMMUTATOR = =, MERGES, HASHES);
CREATE OPERATOR >= (FUNCTION = weight_more_equal, LEFTARG = weight, RIGHTARG = weight, NEGATOR = <);
CREATE OPERATOR > (FUNCTION = weight_more, LEFTARG = weight, RIGHTARG = weight, COMMUTATOR = <);
CREATE OPERATOR < (FUNCTION = weight_less_integer, LEFTARG = weight, RIGHTARG = integer);
CREATE OPERATOR FAMILY weights USING btree;
CREATE OPERATOR CLASS weight_ops DEFAULT FOR TYPE weight USING btree FAMILY weights AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 weight_compare(weight, weight);
ALTER OPERATOR FAMILY weights USING btree ADD OPERATOR 1 < (weight, integer), FUNCTION 1 (weight, integer) weight_compare_integer(weight, integer);
CREATE OPERATOR CLASS yard."Hash ""ops""" FOR TYPE weight USING hash AS OPERATOR 1 zoo.=, FUNCTION 1 weight_hash(weight);
CREATE OPERATOR FAMILY loose USING gist;
CREATE OPERATOR CLASS places FOR TYPE point USING gist AS OPERATOR 1 <<, OPERATOR 15 <->(point, point) FOR ORDER BY float_ops,
  FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal),
  FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal), STORAGE box;
COMMENT ON OPERATOR CLASS weight_ops USING btree IS 'by weight';
COMMENT ON OPERATOR FAMILY weights USING btree IS 'weights';
CREATE INDEX weighed_index ON weighed (w);
CREATE INDEX weighed_hash ON weighed USING hash (w yard."Hash ""ops""");
CREATE TYPE weight_range AS RANGE (subtype = weight, subtype_opclass = weight_ops, subtype_diff = weight_minus);
CREATE TYPE canonical_range;
CREATE FUNCTION canonical(canonical_range) RETURNS canonical_range LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE canonical_range AS RANGE (subtype = integer, canonical = canonical, subtype_diff = int4range_subdiff);
CREATE TABLE in_ranges (r weight_range PRIMARY KEY, s canonical_range, EXCLUDE USING gist (s WITH &&));

CREATE CAST (weight AS integer) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (integer AS weight) WITHOUT FUNCTION AS ASSIGNMENT;
COMMENT ON CAST (weight AS integer) IS 'the same bits';

CREATE LANGUAGE zoo_language HANDLER plpgsql_call_handler;
CREATE TRUSTED LANGUAGE "zoo ""trusted""" HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE zoo_language IS 'a language';
CREATE FUNCTION in_own_language() RETURNS integer LANGUAGE "zoo ""trusted""" AS $$ BEGIN RETURN 1; END $$;
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE TRANSFORM FOR weight LANGUAGE zoo_language (TO SQL WITH FUNCTION weight_receive(internal));
CREATE FUNCTION transformed(integer) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE integer AS 'SELECT $1';
COMMENT ON TRANSFORM FOR integer LANGUAGE sql IS 'a transform';

CREATE ACCESS METHOD zoo_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD "zoo ""index""" TYPE INDEX HANDLER gisthandler;
COMMENT ON ACCESS METHOD zoo_heap IS 'a heap';
CREATE TABLE other_heap (id integer PRIMARY KEY) USING zoo_heap;
CREATE MATERIALIZED VIEW other_heap_view USING zoo_heap AS SELECT id FROM other_heap;

CREATE FUNCTION in_c(integer) RETURNS bytea LANGUAGE c STRICT AS '$libdir/pgxml', 'xpath_bool';
CREATE FUNCTION window_function() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_row_number';
CREATE FUNCTION with_support(integer) RETURNS SETOF integer LANGUAGE sql SUPPORT generate_series_int4_support ROWS 33 AS 'SELECT 1';
CREATE AGGREGATE ordered_set(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA = true, FINALFUNC_MODIFY = READ_WRITE);
CREATE AGGREGATE hypothetical(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE average_numeric(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, SSPACE = 128, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize,
  DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE, MSFUNC = numeric_avg_accum, MINVFUNC = numeric_accum_inv, MSTYPE = internal, MFINALFUNC = numeric_avg, MFINALFUNC_MODIFY = SHAREABLE);
COMMENT ON AGGREGATE ordered_set(double precision ORDER BY anyelement) IS 'ordered';

CREATE TEXT SEARCH PARSER "own ""parser""" (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH PARSER no_headline (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE own_template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE "no ""init""" (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY of_own_template (TEMPLATE = own_template, Accept = true);
CREATE TEXT SEARCH CONFIGURATION of_own_parser (PARSER = "own ""parser""");
ALTER TEXT SEARCH CONFIGURATION of_own_parser ADD MAPPING FOR asciiword, url WITH of_own_template;
COMMENT ON TEXT SEARCH PARSER no_headline IS 'a parser';
COMMENT ON TEXT SEARCH TEMPLATE own_template IS 'a template';

-- A setting that no module has declared.
CREATE FUNCTION own_setting() RETURNS text LANGUAGE sql SET my.own_setting = 'a ''b''' AS $$ SELECT current_setting('my.own_setting') $$;
