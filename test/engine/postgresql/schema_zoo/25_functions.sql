SET search_path = zoo, public;

CREATE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 7 AS 'SELECT n * 2';
CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT n || n';
CREATE FUNCTION twice_unqualified(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT twice(n)';
CREATE FUNCTION atomic(a integer, b integer DEFAULT one()) RETURNS integer LANGUAGE sql IMMUTABLE
  BEGIN ATOMIC SELECT a + b; SELECT twice(a) + b; END;
CREATE FUNCTION atomic_return(a integer) RETURNS integer LANGUAGE sql STABLE RETURN a + one();
CREATE FUNCTION quoting() RETURNS text LANGUAGE plpgsql AS $outer$
BEGIN
  -- $function$ and $_$ and $$ and ' and \ are only text here; é
  RETURN $function$ inner $function$ || $$x$$ || E'\n\\' || 'it''s';
END $outer$;
CREATE FUNCTION old_body() RETURNS text LANGUAGE sql AS 'SELECT ''a\b''::text';
CREATE FUNCTION settings() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = zoo, pg_temp SET work_mem = '8MB'
  SET "DateStyle" = 'ISO, DMY' SET TimeZone FROM CURRENT AS $$ SELECT current_setting('work_mem') $$;
CREATE FUNCTION arguments(a integer, INOUT b text, OUT c numeric, VARIADIC d text[] DEFAULT ARRAY['x']) LANGUAGE plpgsql
  AS $$ BEGIN c := a; END $$;
CREATE FUNCTION "Odd ""name"".f"("an ""arg""" integer, "select" text DEFAULT 'it''s', integer DEFAULT NULL) RETURNS TABLE ("from" integer, "x y" text)
  LANGUAGE sql ROWS 7 AS $$ SELECT $1, $2 $$;
CREATE FUNCTION any_of(anycompatible, VARIADIC anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION set_of() RETURNS SETOF point3 LANGUAGE sql AS 'SELECT 1::float, 2::float, 3::float';
CREATE FUNCTION of_domain(positive, mood, mood[]) RETURNS some_mood LANGUAGE sql AS 'SELECT $2';
CREATE PROCEDURE work(IN a integer, INOUT b text DEFAULT 'b') LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CREATE PROCEDURE work_out(OUT c integer) LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN c := 1; END $$;
CREATE PROCEDURE atomic_work(a integer) LANGUAGE sql BEGIN ATOMIC SELECT one(); SELECT a; END;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION "naïve – ünïcode 日本 😀"."funktion ß"() RETURNS void LANGUAGE sql AS '';
COMMENT ON FUNCTION twice(integer) IS 'two times';
COMMENT ON FUNCTION twice(text) IS 'two times, of text';
COMMENT ON PROCEDURE work(integer, text) IS 'does something';

-- Aggregates: plain, with everything, of several arguments, ordered, moving.
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE);
CREATE FUNCTION pick(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1';
CREATE AGGREGATE first_of(anyelement) (SFUNC = pick, STYPE = anyelement);
CREATE AGGREGATE greatest_of(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >);
CREATE AGGREGATE moving_total(double precision) (SFUNC = float8pl, STYPE = double precision, SSPACE = 16, INITCOND = '0',
  MSFUNC = float8pl, MINVFUNC = float8mi, MSTYPE = double precision, MSSPACE = 24, MINITCOND = '0');
CREATE FUNCTION finish(integer, integer, integer) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION add_two(integer, integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT coalesce($1, 0) + $2 + $3';
CREATE AGGREGATE total_of_two(integer, integer) (SFUNC = add_two, STYPE = integer, FINALFUNC = finish, FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE,
  INITCOND = '7');
CREATE FUNCTION keep(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE "Odd ""aggregate"""(VARIADIC "of these" text[]) (SFUNC = keep, STYPE = text, INITCOND = 'it''s');
CREATE FUNCTION last_of(integer[], double precision) RETURNS integer LANGUAGE sql AS 'SELECT $1[1]';
CREATE AGGREGATE chosen(fraction double precision ORDER BY n integer) (SFUNC = array_append, STYPE = integer[], FINALFUNC = last_of);
CREATE AGGREGATE count_all(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE total(integer) IS 'a sum';
COMMENT ON AGGREGATE count_all(*) IS 'counts';

-- Depends on what comes after it by text only.
CREATE FUNCTION reads_later() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM zoo.animals); END $$;
