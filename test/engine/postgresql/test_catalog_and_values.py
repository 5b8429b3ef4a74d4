"""Shapes of tables and types of values that only PostgreSQL has: there and back, or a clear error."""

import json

import pytest


@pytest.fixture
def databases(new_postgresql):
    return new_postgresql(), new_postgresql()


def round_trip(databases, definition, values):
    """Rows of one column go there and back, as a document and as lines; returns the document."""
    for database in databases:
        database.script(f"CREATE TABLE t (id int PRIMARY KEY, v {definition})")
    first, second = databases
    for number, value in enumerate(values):
        first.sql("INSERT INTO t VALUES (%s, %s)", (number, value))
    document = first.value("export_json")
    lines = "\n".join(row["line"] for row in first.call("export_jsonl"))
    for text in (document, lines):
        second.call("import_json", text, '{"clear": true}')
        assert second.sql("SELECT id, v::text FROM t ORDER BY id") == first.sql("SELECT id, v::text FROM t ORDER BY id")
        assert second.digests() == first.digests()
        assert all(row["matches"] for row in second.call("data_verify", text))
    rows = document.index('\n "t": [')
    assert second.value("export_json").endswith(document[rows:])
    assert all(json.loads(line) for line in lines.splitlines())
    return document


@pytest.mark.parametrize("definition, values", [
    ("box[]", ["{(3,4),(1,2);(5,6),(0,0)}", "{}"]), ("int2vector", ["1 2 3"]), ("oidvector", ["1 2"]),
    ("json[]", ['{"{\\"a\\" :\n 1}"," 1 ","null",NULL,"[1] ","{\\"$bytes\\":\\"\\"}","\\"\\\\ud800\\""}'])])
def test_arrays(databases, definition, values):
    round_trip(databases, definition, values)


def test_escapes_of_lone_surrogates_in_json(databases):
    document = round_trip(databases, "json", [r'"\ud800"', r'{"\udc00x": ["\ud83d\ude00", "\\ud800"]}', r'"\ud83d\ud83d\ude00"', r'"\\ud800"'])
    assert json.loads(document)["t"][0] == {"id": 0, "v": {"$jsontext": r'"\ud800"'}}
    assert json.loads(document)["t"][3] == {"id": 3, "v": r"\ud800"}


def test_clear_does_not_cascade_through_partitions(postgresql):
    postgresql.script("""
        CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
        CREATE TABLE child (id int PRIMARY KEY, p int REFERENCES p1 ON DELETE CASCADE);
        CREATE TABLE parent (id int PRIMARY KEY);
        CREATE TABLE q (id int PRIMARY KEY, up int) PARTITION BY RANGE (id);
        CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (10);
        ALTER TABLE q1 ADD FOREIGN KEY (up) REFERENCES parent ON DELETE SET NULL;
        INSERT INTO p VALUES (1); INSERT INTO child VALUES (1, 1); INSERT INTO parent VALUES (1); INSERT INTO q VALUES (1, 1)""")
    with postgresql.refuses("WB027", '"p"', '"child"', "CASCADE"):
        postgresql.call("import_json", '{"p": [{"id": 1}]}', '{"clear": true}')
    with postgresql.refuses("WB027", '"parent"', '"q"', "SET NULL"):
        postgresql.call("import_json", '{"parent": [{"id": 1}]}', '{"clear": true}')
    postgresql.call("import_json", postgresql.value("export_json"), '{"clear": true}')
    assert postgresql.one("SELECT count(*) FROM child JOIN q ON up = p") == 1


def test_tables_without_columns_to_export(databases):
    for database in databases:
        database.script("CREATE TABLE none (); CREATE TABLE computed (n int GENERATED ALWAYS AS (1) STORED)")
    first, second = databases
    first.script("INSERT INTO none DEFAULT VALUES; INSERT INTO none DEFAULT VALUES; INSERT INTO computed DEFAULT VALUES")
    second.call("import_json", first.value("export_json"))
    assert second.digests() == first.digests()
    assert second.one("SELECT count(*) FROM none") == 2
    with second.refuses("WB023", "x"):
        second.call("import_json", '{"none": [{"x": 1}]}')


def test_two_tables_of_one_name_in_a_document(postgresql):
    postgresql.script('CREATE SCHEMA a; CREATE TABLE a.b (n int); CREATE TABLE "a.b" (m int); INSERT INTO a.b VALUES (1)')
    with postgresql.refuses("WB005", '"a.b"', "schemas"):
        postgresql.value("export_json")
    assert json.loads(postgresql.value("export_json", '{"schemas": ["a"]}'))["a.b"] == [{"n": 1}]


def test_rows_as_they_lie_in_their_pages(postgresql):
    """Each alignment, nulls anywhere, short and long and compressed and toasted texts, columns that were dropped, and those that were
    added when rows were there, with rows between them that are not there any more."""
    postgresql.script("""
        CREATE TABLE t (id int PRIMARY KEY, c "char", gone text, s smallint, b bool, l bigint, n name, v text, p point, g path, d numeric, w char(1), x text);
        INSERT INTO t SELECT i, CASE WHEN i % 2 = 0 THEN 'a' END, repeat('g', i % 5), CASE WHEN i % 3 > 0 THEN i END, i % 7 = 0,
            CASE WHEN i % 5 > 0 THEN i::bigint << 33 END, CASE WHEN i % 4 > 0 THEN 'n' || i END, CASE WHEN i % 6 > 0 THEN repeat('v', i) END,
            CASE WHEN i % 8 > 0 THEN point(i, 1) END, CASE WHEN i % 3 > 0 THEN path '((1,2),(3,4))' END, i * 1.5, 'w', repeat('x', 100)
            FROM generate_series(1, 1000) i;
        ALTER TABLE t ALTER v SET STORAGE EXTERNAL; UPDATE t SET v = repeat('long', 3000) WHERE id = 77;
        CLUSTER t USING t_pkey; DELETE FROM t WHERE id % 9 = 0;
        ALTER TABLE t DROP gone, ADD late int DEFAULT 42, ADD later text DEFAULT 'so', ADD none date;
        INSERT INTO t (id, later) SELECT i, 'new' FROM generate_series(1001, 1500) i; ANALYZE t""")
    rows = json.loads(postgresql.value("export_json"))["t"]
    texts = ", ".join(f"{name}::text" for name in rows[0])
    assert len(rows) == 1389

    def text(value):
        return value if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    assert [tuple(map(text, row.values())) for row in rows] == postgresql.sql(f"SELECT {texts} FROM t ORDER BY t.id")
