"""Rows reach a table in three ways: straight into a plain one, by COPY, and by INSERT. All three must store the same and
refuse the same, and name the same row."""

import json

import pytest

WAYS = {
    "straight": "",
    "copy": """CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
               CREATE TRIGGER g AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION nothing()""",
    "insert": "CREATE RULE r AS ON INSERT TO t DO ALSO NOTHING",
}


def outcomes(new_postgresql, script, rows, options="{}"):
    """What each way made of the rows: the table's text, or the error."""
    made = {}
    for way, extra in WAYS.items():
        database = new_postgresql()
        database.script(script)
        if extra:
            database.script(extra)
        try:
            database.call("import_json", json.dumps({"t": rows}), options)
            made[way] = sorted(row[0] for row in database.sql("SELECT t::text FROM t"))
        except Exception as error:  # whatever class the driver has for it
            made[way] = (error.pgcode, error.diag.message_primary, error.diag.context)
            assert database.sql("SELECT count(*) FROM t") == [(0,)]
    return made


def the_one(made):
    for way in WAYS:
        assert made[way] == made["straight"], way
    return made["straight"]


VALUES = [
    ("smallint", -32768), ("int", 2147483647), ("bigint", -9223372036854775808), ("oid", 4294967295), ("boolean", True),
    ("real", 0.1), ("real", 3e38), ("double precision", -0.0), ("double precision", "NaN"), ("numeric(5,2)", 123.456),
    ("numeric", "Infinity"), ("text", ""), ("text", "x" * 125), ("text", "x" * 126), ("text", "x" * 127), ("text", "é" * 20000),
    ("varchar(3)", "ééé"), ("varchar(3)", "ab   "), ("varchar", "abc"), ("char(4)", "é"), ("name", "n"), ("bytea", {"$bytes": "AAEC/w=="}),
    ("date", "2026-11-21"), ("date", "infinity"), ("time", "24:00:00"), ("time(0)", "12:00:00.6"), ("timestamp", "-infinity"),
    ("timestamp(0)", "2026-11-21T12:00:00.5"), ("timestamptz", "2026-11-21T12:00:00.123456Z"), ("timestamptz(3)", "2026-11-21T12:00:00.123456Z"),
    ("uuid", "6F9619FF-8B86-D011-B42D-00C04FC964FF"), ("json", {"a": [1, None]}), ("jsonb", {"b": 1, "a": 2}), ("int[]", [1, None, 3]),
    ("text[]", ["a\"b", "", None]), ("numeric(4,1)[]", [1.25]), ("inet", "10.0.0.0/8"), ("short", "ab"), ("short", None), ("color", "red"), ("short[]", ["ab", None]),
]
TYPES = "CREATE DOMAIN short AS varchar(2) CHECK (value <> 'no'); CREATE TYPE color AS ENUM ('red'); "


@pytest.mark.parametrize("group", range(4))
def test_values(new_postgresql, group):
    values = VALUES[group::4]
    columns = ", ".join(f"c{i} {type}" for i, (type, _) in enumerate(values))
    row = {f"c{i}": value for i, (_, value) in enumerate(values)}
    nulls = {name: None for name in row}
    made = the_one(outcomes(new_postgresql, f"{TYPES} CREATE TABLE t (id int, {columns})",
                            [{"id": 1, **row}, {"id": 2, **nulls}, {"id": 3, **row}]))
    assert isinstance(made, list) and len(made) == 3


ARRAYS = {
    "smallint[]": [[1], [-32768, 32767, 0, -0]], "int[]": [[1, 2, 3], [2147483647, -2147483648], [], [None], [1, None], [[1, 2], [3, 4]]],
    "bigint[]": [[9223372036854775807, -9223372036854775808], {"$array": {"lower": [5], "values": [7, 8]}}],
    "text[]": [["a"], ["abcd", "abc", "", "é" * 7, "x" * 200], ["a b", "NULL", "null", "{}", "a,b", "\"", "\\", "tab\t", "\u0001"], [None, "a"],
               [["a"], ["b"]], [], ["y" * 70000]],
    "varchar[]": [["a", "bc"]], "varchar(3)[]": [["abc", "ab   "]], "int_list": [[1, 2]], "boolean[]": [[True, False]],
    "float8[]": [[1.5, "NaN"]], "jsonb[]": [[{"a": 1}]], "json": [{"deep": "x" * 2000}, "$", 1.50, [[[]]], " "], "oidvector": ["1 2"], "int2vector": ["3 4"],
}


def test_arrays_and_documents_to_the_byte(new_postgresql):
    rows = [{"id": i, f"c{c}": value} for c, values in enumerate(ARRAYS.values()) for i, value in enumerate(values)]
    columns = [f"c{i}" for i in range(len(ARRAYS))]
    spaced = json.dumps({"t": [{**dict.fromkeys(columns), **row} for row in rows]}, indent=1)
    script = (f"{TYPES} CREATE DOMAIN int_list AS int[] CHECK (cardinality(value) > 1);"
              f"CREATE TABLE t (id int, {', '.join(f'c{i} {type}' for i, type in enumerate(ARRAYS))});")
    stored = {}
    for way, extra in WAYS.items():
        database = new_postgresql()
        database.script("CREATE EXTENSION pageinspect;" + script + extra)
        database.call("import_json", spaced)
        stored[way] = database.sql("SELECT t_attrs FROM generate_series(0, pg_relation_size('t') / 8192 - 1) page,"
                                   " heap_page_item_attrs(get_raw_page('t', page::int), 't') ORDER BY page, lp") + [
            database.sql(f"SELECT {c}::text FROM t ORDER BY ctid") for c in columns]
    assert len(stored["straight"]) == len(rows) + len(columns)
    the_one(stored)


@pytest.mark.parametrize("definition, value, code", [
    ("varchar(3)", "éééé", "22001"), ("numeric(3,1)", 123.4, "22003"), ("short", "no", "23514"), ("short", "abc", "22001"),
    ("date", "5874898-01-01", None), ("timestamp", "294277-01-01T00:00:00", None), ("color", "blue", "22P02"), ("inet", "x", "22P02"),
    ("int CHECK (v < 5)", 6, "23514"), ("int NOT NULL", None, "23502"), ("int UNIQUE", 1, "23505"),
    ("int REFERENCES p", 6, "23503"), ("int UNIQUE DEFERRABLE", 1, "23505"), ("int[]", [1, "x"], "22P02"),
    ("int[]", [1, 1.5], "22P02"), ("smallint[]", [32768], "22003"), ("int[]", [[1], [2, 3]], "22P02"), ("text[]", ["a", {"b": 1}], None), ("short[]", ["ab", "abc"], "22001")])
def test_faults(new_postgresql, definition, value, code):
    good = {"int CHECK (v < 5)": 1, "int NOT NULL": 1, "int REFERENCES p": 1}.get(definition)
    rows = [{"id": i, "v": value if i == 1200 else (good if i != 7 or "UNIQUE" not in definition else 1)} for i in range(1, 1500)]
    made = outcomes(new_postgresql, f"{TYPES} CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);"
                                    f"CREATE TABLE t (id int, v {definition})", rows)
    for way, outcome in made.items():
        assert isinstance(outcome, tuple), way
        if code:
            assert outcome[0] == code, way
        assert outcome[:2] == made["insert"][:2], way
        if "REFERENCES" not in definition and "DEFERRABLE" not in definition:
            assert 'table "t", row 1200' in outcome[1] + (outcome[2] or ""), way


def test_shapes_of_tables(new_postgresql):
    for script in (
            "CREATE TABLE t (gone int, id int, v text, gone2 text); ALTER TABLE t DROP COLUMN gone, DROP COLUMN gone2",
            "CREATE TABLE t (v text, more text DEFAULT 'more', id int GENERATED ALWAYS AS IDENTITY)",
            "CREATE TABLE t (v text, id int, twice int GENERATED ALWAYS AS (id * 2) STORED)",
            "CREATE TABLE t (id int, v text) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t DEFAULT",
            "CREATE UNLOGGED TABLE t (id int PRIMARY KEY, v text UNIQUE); CREATE INDEX ON t (lower(v)) WHERE id > 3",
            "CREATE TABLE base (id int); CREATE TABLE t (v text) INHERITS (base)",
            "CREATE TABLE t (id int PRIMARY KEY, v text, CHECK (length(v) < 9), EXCLUDE USING btree (v WITH =))"):
        made = the_one(outcomes(new_postgresql, script, [{"id": i, "v": f"v{i}"} for i in range(1, 2500)]))
        assert len(made) == 2499, script


def test_a_trigger_after_each_row_sees_it(new_postgresql):
    made = outcomes(new_postgresql, """
        CREATE TABLE t (id int, v text); CREATE TABLE seen (id int);
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO seen SELECT id FROM t WHERE id = new.id; IF new.id = 1999 THEN
            IF (SELECT count(*) FROM seen) <> 1999 THEN RAISE 'only %', (SELECT count(*) FROM seen); END IF; END IF; RETURN NULL; END $$;
        CREATE TRIGGER a AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION see()""", [{"id": i, "v": "x"} for i in range(1, 2000)])
    assert len(the_one(made)) == 1999


def test_columns_that_a_role_may_insert(new_postgresql):
    for privileges, allowed in (("INSERT", True), ("INSERT (id, v)", True), ("INSERT (id)", False), ("UPDATE", False)):
        database = new_postgresql()
        database.script(f"CREATE TABLE t (id int, v text); GRANT SELECT, {privileges} ON t TO PUBLIC")
        database.script("DO $$ BEGIN CREATE ROLE importer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
                        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO importer; SET ROLE importer")
        if allowed:
            database.call("import_json", '{"t": [{"id": 1, "v": "x"}]}')
        else:
            with database.refuses("42501", "t"):
                database.call("import_json", '{"t": [{"id": 1, "v": "x"}]}')


@pytest.mark.parametrize("column", ["b text", "b text DEFAULT 'x'", "b int GENERATED BY DEFAULT AS IDENTITY", "b with_default",
                                    "gone int, b json", "b bigserial", "b text CHECK (b IS NOT NULL)"])
def test_columns_that_are_not_given(new_postgresql, column):
    """A document that says which columns it has: the others get what they get without a word of them."""
    script = f"""CREATE DOMAIN with_default AS text DEFAULT 'of the domain';
                 CREATE TABLE t (a int PRIMARY KEY, {column}, c text);""" + ("ALTER TABLE t DROP gone;" if "gone" in column else "")
    source = new_postgresql()
    source.script("CREATE TABLE t (a int PRIMARY KEY, c text); INSERT INTO t SELECT i, 'c' || i FROM generate_series(1, 1500) i")
    document = source.value("export_json")
    made = {}
    for way, extra in WAYS.items():
        database = new_postgresql()
        database.script(script + extra)
        try:
            database.call("import_json", document)
            made[way] = database.sql("SELECT * FROM t ORDER BY a")
        except Exception as error:  # whatever class the driver has for it
            made[way] = (error.pgcode, error.diag.message_primary)
    the_one(made)
