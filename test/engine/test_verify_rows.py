"""data_verify narrows a difference down to the rows, whichever engine wrote the document."""


def details(db, text):
    return {row["table_name"]: row["detail"].split("; ")[1:] for row in db.call("data_verify", text) if not row["matches"]}


def fill(db, rows=5000):
    numbers = f"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {rows}) SELECT"
    db.script(f"""
        CREATE TABLE one (id BIGINT NOT NULL PRIMARY KEY, name TEXT, doc JSON);
        CREATE TABLE two (a BIGINT NOT NULL, b TEXT NOT NULL, price NUMERIC(8,2), PRIMARY KEY (a, b));
        CREATE TABLE none (a BIGINT, b TEXT);
        INSERT INTO one {numbers} i, 'name ' || i, NULL FROM c;
        INSERT INTO two {numbers} i / 2, 'b' || (i % 2), 1.5 FROM c;
        INSERT INTO none VALUES (1, 'x'), (1, 'x'), (2, NULL);""")


def test_rows_that_differ(new_db, new_sqlite, new_postgresql):
    for other in (new_sqlite, new_postgresql):
        here, there = new_db(), other()
        fill(here)
        fill(there)
        text = here.value("export_json")
        assert details(there, text) == {}
        there.script("""
            UPDATE one SET name = 'changed', doc = '[1]' WHERE id = 4711; DELETE FROM one WHERE id = 17; INSERT INTO one VALUES (99999, 'new', NULL);
            UPDATE two SET price = 1.25 WHERE a = 3 AND b = 'b1';
            DELETE FROM none WHERE a = 2; INSERT INTO none VALUES (1, 'x')""")
        found = details(there, text)
        assert found["one"] == ["id 17 is missing", 'id 4711 differs in "name", "doc"', "id 99999 is not in the document"]
        assert found["two"] == ['a 3, b "b1" differs in "price"']
        assert found["none"] == ["a 1, b \"x\" is there 3 times instead of 2", "a 2, b null is missing"]
        there.script("UPDATE one SET name = 'x'")
        found = details(there, text)["one"]
        assert len(found) == 11 and found[-1] == "and more"


def test_columns_that_some_rows_leave_out(db):
    """They are compared where they are given."""
    db.script("""
        CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT, n INTEGER DEFAULT 5);
        INSERT INTO a VALUES (1, 'x', 5), (2, NULL, 7), (3, 'z', 5);
        CREATE TABLE d (x INTEGER, y TEXT);
        INSERT INTO d VALUES (1, 'a'), (1, 'a'), (NULL, NULL)""")
    equal = '{"a": [{"id": 1, "t": "x"}, {"id": 2, "n": 7}, {"id": 3}], "d": [{"x": 1, "y": "a"}, {"x": 1, "y": "a"}, {}]}'
    assert all(row["matches"] for row in db.call("data_verify", equal))
    other = '{"a": [{"id": 1, "t": "y"}, {"id": 2, "n": 8}, {"id": 4}], "d": [{"x": 1, "y": "a"}, {"x": 2, "y": "a"}, {}]}'
    found = details(db, other)
    assert found["a"] == ['id 1 differs in "t"', 'id 2 differs in "n"', "id 3 is not in the document", "id 4 is missing"]
    assert found["d"] == ['x 1, y "a" is there 2 times instead of 1', 'x 2, y "a" is missing']
