-- Operators, casts, collations, conversions: what needs no superuser.
SET search_path = zoo, public;

CREATE TYPE money_of AS (amount numeric, currency text);
CREATE FUNCTION money_equal(money_of, money_of) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount = $2.amount';
CREATE FUNCTION money_differs(money_of, money_of) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount <> $2.amount';
CREATE FUNCTION money_less(money_of, money_of) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount < $2.amount';
CREATE FUNCTION money_more(money_of, money_of) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount > $2.amount';
CREATE FUNCTION money_minus(money_of) RETURNS money_of LANGUAGE sql IMMUTABLE AS 'SELECT (-$1.amount, $1.currency)::money_of';
CREATE FUNCTION money_text(money_of) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount || $1.currency';
CREATE FUNCTION money_number(money_of) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount';
CREATE FUNCTION money_from(text, integer, boolean) RETURNS money_of LANGUAGE sql IMMUTABLE AS 'SELECT ($1, ''EUR'')::money_of';

CREATE OPERATOR === (FUNCTION = money_equal, LEFTARG = money_of, RIGHTARG = money_of, COMMUTATOR = ===, NEGATOR = <<>>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <<>> (FUNCTION = money_differs, LEFTARG = money_of, RIGHTARG = money_of, COMMUTATOR = <<>>, NEGATOR = ===, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR <<< (FUNCTION = money_less, LEFTARG = money_of, RIGHTARG = money_of, COMMUTATOR = >>>);
CREATE OPERATOR >>> (FUNCTION = money_more, LEFTARG = money_of, RIGHTARG = money_of, COMMUTATOR = <<<);
CREATE OPERATOR yard.!- (FUNCTION = money_minus, RIGHTARG = money_of);
CREATE OPERATOR "with.dot".=== (FUNCTION = money_equal, LEFTARG = zoo.money_of, RIGHTARG = zoo.money_of);
COMMENT ON OPERATOR === (money_of, money_of) IS 'the same amount';
COMMENT ON OPERATOR yard.!- (NONE, money_of) IS 'the other way';

CREATE CAST (money_of AS text) WITH FUNCTION money_text(money_of);
CREATE CAST (money_of AS numeric) WITH FUNCTION money_number(money_of) AS IMPLICIT;
CREATE CAST (text AS money_of) WITH FUNCTION money_from(text, integer, boolean) AS ASSIGNMENT;
CREATE CAST (money_of AS varchar) WITH INOUT AS ASSIGNMENT;
CREATE CAST (mood AS integer) WITH INOUT;
COMMENT ON CAST (money_of AS text) IS 'as people write it';
CREATE TABLE priced (id integer, price money_of, feeling mood, CHECK (price === price), total numeric GENERATED ALWAYS AS (price::numeric * 2) STORED);
CREATE VIEW expensive AS SELECT id, price::text AS price, yard.money_none FROM priced, LATERAL (SELECT OPERATOR(yard.!-) price AS money_none) yard WHERE price >>> ROW(10, 'EUR')::money_of ORDER BY id;

CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-DE-u-co-phonebk');
CREATE COLLATION "Ignore ""case""" (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE COLLATION simple (PROVIDER = libc, LOCALE = 'C');
CREATE COLLATION two_parts (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE COLLATION copied FROM "C";
COMMENT ON COLLATION german IS 'as in a phone book';
CREATE TABLE collated (a text COLLATE german PRIMARY KEY, b text COLLATE "Ignore ""case""" UNIQUE, c text COLLATE simple, d varchar(3) COLLATE copied);
CREATE DOMAIN german_text AS text COLLATE german CHECK (VALUE > 'a');
CREATE INDEX ON collated (c COLLATE german);
CREATE VIEW sorted AS SELECT a FROM collated ORDER BY c COLLATE two_parts;

CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION yard.latin_default FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION latin IS 'to latin';
