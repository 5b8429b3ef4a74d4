-- Every value goes out and comes back exactly, whatever the session's settings are.
CREATE SCHEMA source;
CREATE SCHEMA target;
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "great"');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN short AS varchar(5);
CREATE TYPE pair AS (a int, b text);

CREATE TABLE source.simple (
  id bigint PRIMARY KEY, i2 int2, i4 int4, i8 int8, o oid, b bool, f4 float4, f8 float8, n numeric, n2 numeric(20,5),
  t text, vc varchar(20), bc char(8), ct citext, nm name, by bytea, d date, tm time, ts timestamp, tz timestamptz(3),
  u uuid, js json, jb jsonb, mo mood, po positive, sh short);
INSERT INTO source.simple VALUES
(1, -32768, -2147483648, -9223372036854775808, 4294967295, true, 1.1, 0.1, 123456789012345678901234567890.000010, -12345.6,
 E'a"b\\c\n\t\x01é漢😀', 'x', ' pad', 'CaSe', 'nm', '\x00ff', '0044-03-15 BC', '24:00', 'infinity',
 '294276-12-31 23:59:59.999Z', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"b": 1, "a" : [1,2], "b":2.00}',
 '{"b": 1, "a": [1, 2.50, "x\"y", null, true, {}, []], "é": -0.0001e-5}', 'it''s "great"', 5, 'abcde'),
(2, 32767, 2147483647, 9223372036854775807, 0, false, 'NaN', 'NaN', 'NaN', 0, '', '', '', '', '', '', 'infinity', '00:00',
 '-infinity', '-infinity', '00000000-0000-0000-0000-000000000000', 'null', 'null', 'sad', 1, ''),
(3, 0, 0, 0, 1, NULL, '-Infinity', '-0', '-Infinity', 99999.99999, 'null', '{}', 'x', '[]', 'x', '\x', NULL,
 '23:59:59.999999', '2000-01-01', '1999-12-31 23:59:59.999Z', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '"text"',
 '"text\u0001"', 'ok', 9, 'x'),
(4, NULL, NULL, NULL, NULL, NULL, 3.4e38, 1.7976931348623157e308, 'Infinity', 0.00001, NULL, NULL, NULL, NULL, NULL, NULL,
 '-infinity', NULL, '4713-01-01 00:00:00 BC', NULL, NULL, '1e400', '[1e300, 5e-300]', NULL, NULL, NULL),
(5, NULL, NULL, NULL, NULL, NULL, 1e-45, 5e-324, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '5874897-12-31', NULL,
 '294276-12-31 23:59:59.999999', NULL, NULL, '{"$bytes": "AA=="}', '{"$json": 1}', NULL, NULL, NULL);

-- Decimal numbers of every shape against the server's own text.
CREATE TABLE source.decimals (id int PRIMARY KEY, n numeric, j jsonb);
INSERT INTO source.decimals SELECT row_number() OVER (), n, CASE WHEN n NOT IN ('NaN', 'Infinity', '-Infinity') THEN to_jsonb(n) END
  FROM (SELECT unnest(ARRAY[0, 0.0, 1, 10, 100, 1000, 9999, 10000, 99999.9, 0.0001, 0.00001, -1.0, 1e20, 1e-20,
    123456.7890000, -0.5, 1::numeric/3, 12345678.12345678, 10000.0001, 100000000.00000001, 'NaN', 'Infinity', '-Infinity',
    power(2::numeric, 200), 1e131071, 1e-1000, -9.99e5000, 1e-16383]::numeric[])
  UNION ALL SELECT (sign * digits * power(10::numeric, e))::numeric
    FROM (VALUES (1), (-1)) s (sign), (VALUES (1), (10), (9999), (12345), (100000001)) d (digits), generate_series(-12, 12) e
  UNION ALL SELECT trim_scale(digits * power(10::numeric, e))
    FROM (VALUES (7), (20), (123456789)) d (digits), generate_series(-9, 9) e) x (n);

CREATE TABLE source.arrays (
  id int PRIMARY KEY, ar int[], ar2 text[][], arf float8[], arn numeric[], arj json[], arjb jsonb[], arby bytea[],
  arts timestamptz[], aru uuid[], armo mood[], ard date[], arpo positive[], arpr pair[], arb bool[], arr int4range[]);
INSERT INTO source.arrays VALUES
(1, '{1,NULL,3}', '{{a,"b,\"c"},{NULL,"NULL"}}', '{NaN,Infinity,-0,1e300}', '{1.50,NaN,-0.001}',
 ARRAY['null', '[1,2]', '"s"', '{"$bytes":1}', '{"a":1}', '5', 'true']::json[],
 ARRAY['null', '[1,2]', '"s"', '{"$bytes":1}', '{"a":1}', '5', 'true', NULL]::jsonb[], '{"\\x00ff","\\x"}',
 '{2026-01-01 00:00:00Z,-infinity}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', '{sad,"it''s \"great\""}',
 '{2026-01-01,infinity}', '{1,2}', ARRAY['(1,a)', '(2,"b c")']::pair[], '{t,f,NULL}', '{"[1,5)",empty}'),
(2, '{}', '[5:6]={x,y}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
INSERT INTO source.arrays (id, ar, ar2, arf, arn) VALUES
(3, '[0:2]={1,2,3}', '[1:2][0:1]={{1,2},{3,4}}', ARRAY[1.5, NULL], '{1e-10,1e10}'),
(4, '{{{1},{2}},{{3},{4}}}', '{"","  "," \\ "}', '{0.1}', '{0,100000000000000000000,0.00001,10000,9999,10001.0001}');

CREATE TABLE source.others (
  id int PRIMARY KEY, iv interval, tmtz timetz, hs hstore, rg int4range, tr tstzrange, mr int4multirange, bt bit(5),
  vb varbit, inn inet, ci cidr, mac macaddr, p point, pl polygon, tv tsvector, tq tsquery, x xml, mn money, pr pair,
  ln pg_lsn, qc "char", rc regclass);
INSERT INTO source.others VALUES
(1, '1 year 2 mons -3 days 04:05:06.789', '12:00:00.5+02', 'a=>1,b=>NULL', '[1,5)', '[2026-01-01Z,2026-02-01Z)',
 '{[1,3),[5,7)}', '10101', '101', '192.168.0.1/24', '10.0.0.0/8', '08:00:2b:01:02:03', '(1.1,0.30000000000000004)',
 '((0,0),(1,1),(1,0))', 'a:1 b:2', 'a & b', '<a>1</a>', 1234.56, '(1,"x y")', '16/B374D848', 'c', 'pg_class'),
(2, '-1 mons', '23:59:59-12', '', 'empty', 'empty', '{}', '00000', '', '::1', '::/0', '00:00:00:00:00:00', '(-0,1e300)',
 '((0,0))', '', 'a | !b', '', 0, '(,)', '0/0', '', '-');
INSERT INTO source.others (id) VALUES (3);

CREATE TABLE target.simple (LIKE source.simple INCLUDING ALL);
CREATE TABLE target.decimals (LIKE source.decimals INCLUDING ALL);
CREATE TABLE target.arrays (LIKE source.arrays INCLUDING ALL);
CREATE TABLE target.others (LIKE source.others INCLUDING ALL);

-- How they look
SET search_path = source, public;
\pset format unaligned
\pset tuples_only on
SELECT line FROM export_jsonl('{"tables": ["simple", "arrays", "others"]}') WHERE line LIKE '{"table"%';
\pset tuples_only off
\pset format aligned

-- Out under one set of settings, in under another; the document is the same under all.
\set tables '{"tables": ["simple", "decimals", "arrays", "others"]}'
SELECT export_json(:'tables')::text AS document \gset
SET datestyle = 'sql, dmy';
SET intervalstyle = sql_standard;
SET timezone = 'Asia/Kolkata';
SET extra_float_digits = -5;
SET bytea_output = escape;
SET xmloption = document;
SELECT regexp_replace(export_json(:'tables')::text, '"exportedAt": "[^"]*"', '')
     = regexp_replace(:'document', '"exportedAt": "[^"]*"', '') AS independent_of_settings;
SET search_path = target, public;
SELECT table_name, read, inserted FROM import_json(:'document'::text);
SHOW timezone;
RESET ALL;

SELECT count(*) AS different FROM source.simple src FULL JOIN target.simple dst USING (id) WHERE src::text IS DISTINCT FROM dst::text;
SELECT count(*) AS different FROM source.decimals src FULL JOIN target.decimals dst USING (id) WHERE src::text IS DISTINCT FROM dst::text;
SELECT count(*) AS different FROM source.arrays src FULL JOIN target.arrays dst USING (id) WHERE src::text IS DISTINCT FROM dst::text;
SELECT count(*) AS different FROM source.others src FULL JOIN target.others dst USING (id) WHERE src::text IS DISTINCT FROM dst::text;
SELECT t.table_name, t.row_count, s.digest = t.digest AS same_digest
  FROM data_digest('{"tables": ["source.*"]}') s JOIN data_digest('{"tables": ["target.*"]}') t
    ON split_part(s.table_name, '.', 2) = split_part(t.table_name, '.', 2)
 ORDER BY 1;

-- numeric and jsonb are written by our own code: the same text as the server's.
SELECT count(*) AS rows, count(*) FILTER (WHERE e.row->>'n' <> d.n::text) AS numbers_differ,
       count(*) FILTER (WHERE (e.row->'j')::text <> d.j::text) AS documents_differ
  FROM source.decimals d
  JOIN (SELECT line::json->'row' AS row FROM export_jsonl('{"tables": ["source.decimals"]}') WHERE line LIKE '{"table"%') e
    ON (e.row->>'id')::int = d.id;
SELECT count(*) AS documents_differ FROM source.simple s
  JOIN (SELECT line::json->'row' AS row FROM export_jsonl('{"tables": ["source.simple"]}') WHERE line LIKE '{"table"%') e
    ON (e.row->>'id')::int = s.id
 WHERE s.id IN (1, 3, 4) AND (e.row->'jb')::text <> s.jb::text;

\set VERBOSITY terse
DROP SCHEMA source CASCADE;
DROP SCHEMA target CASCADE;
DROP TYPE mood, pair;
DROP DOMAIN positive, short;
DROP EXTENSION citext, hstore;
