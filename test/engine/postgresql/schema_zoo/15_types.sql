SET search_path = zoo, public;

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'it''s "complicated"', E'two\nlines', '');
ALTER TYPE mood ADD VALUE 'meh' BEFORE 'ok';
ALTER TYPE mood ADD VALUE 'so so' AFTER 'meh';
CREATE TYPE no_mood AS ENUM ();
CREATE TYPE "select"."from" AS ENUM ('where');
COMMENT ON TYPE mood IS 'how it feels';

CREATE TYPE point3 AS (x double precision, y double precision, z double precision);
CREATE TYPE "with.dot"."a ""type"".b" AS ("a ""name""" integer, "select" text COLLATE "C", tags text[]);
CREATE TYPE line3 AS (a point3, b point3, label varchar(20) COLLATE "POSIX", moods mood[], amount numeric(10, 2));
CREATE TYPE shrunk AS (gone integer, stays text);
ALTER TYPE shrunk DROP ATTRIBUTE gone;
CREATE TYPE nothing_at_all AS ();
COMMENT ON COLUMN line3.label IS 'an attribute''s comment';
COMMENT ON TYPE line3 IS 'a composite of composites';

CREATE DOMAIN positive AS integer NOT NULL DEFAULT 1
  CONSTRAINT positive_check CHECK (VALUE > 0) CONSTRAINT "not ""too"" big" CHECK (VALUE < 1000000);
CREATE DOMAIN small_positive AS positive CHECK (VALUE < 100);
CREATE DOMAIN postal AS varchar(10) COLLATE "C" CHECK (VALUE ~ '^\d{5}$' OR VALUE ~ '^\d{5}-\d{4}$');
CREATE DOMAIN many AS positive[] CHECK (array_length(VALUE, 1) < 5);
CREATE DOMAIN some_mood AS mood DEFAULT 'ok' CHECK (VALUE <> 'sad');
CREATE DOMAIN flat_point AS point3 CHECK ((VALUE).z = 0);
CREATE DOMAIN late AS text;
ALTER DOMAIN late ADD CONSTRAINT late_check CHECK (length(VALUE) > 3) NOT VALID;
CREATE DOMAIN maybe_null AS text DEFAULT NULL;
CREATE DOMAIN plain AS text COLLATE "C";
CREATE DOMAIN "select".case_less AS public.citext;
COMMENT ON DOMAIN positive IS 'more than nothing';
COMMENT ON CONSTRAINT positive_check ON DOMAIN positive IS 'zero is not enough';

CREATE TYPE float_range AS RANGE (subtype = double precision, subtype_diff = float8mi);
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C", multirange_type_name = "many text ranges");
CREATE TYPE reversed_range AS RANGE (subtype = text, subtype_opclass = text_pattern_ops);
CREATE FUNCTION time_diff(a time, b time) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT extract(epoch FROM (a - b))::double precision $$;
CREATE TYPE time_range AS RANGE (subtype = time, subtype_diff = time_diff);
COMMENT ON TYPE time_range IS 'a range with a function of our own';
CREATE DOMAIN bounded AS float_range CHECK (NOT isempty(VALUE));
CREATE DOMAIN bounded_many AS float_multirange;
