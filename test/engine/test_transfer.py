"""Export, import, digests: the same on both engines."""

import json

import pytest

COLUMNS = ["table_name", "read", "inserted", "updated", "unchanged", "skipped", "deleted", "ids_remapped",
           "references_rewritten", "duration_ms", "row_number", "error"]
SAMPLE = {"users", "agents", "workflows", "nodes", "logs", "defaults"}


def rows_of(document):
    """What a document says about the rows, without where and when it was made."""
    content = json.loads(document, parse_float=str, parse_int=str)
    content.pop("metadata")
    return content


@pytest.fixture
def target(new_db, app, sample_migrations):
    """A second database with the same tables and no rows (the defaults come with a migration)."""
    database = new_db()
    database.call("migrate_apply", sample_migrations)
    database.sql("DELETE FROM defaults")
    return database


def test_digests_and_verify(app):
    digests = app.digests()
    assert set(digests) == SAMPLE
    assert digests["logs"][0] == 300
    assert all(len(digest) == 32 for _, digest in digests.values())
    document = app.value("export_json")
    assert all(row["matches"] for row in app.call("data_verify", document))

    app.sql("UPDATE users SET name = name || '!' WHERE id = 1")
    differing = [row["table_name"] for row in app.call("data_verify", document) if not row["matches"]]
    assert differing == ["users"]
    assert {name for name, value in app.digests().items() if value != digests[name]} == {"users"}
    app.sql("DELETE FROM logs WHERE id = 7")
    rows = {row["table_name"]: row for row in app.call("data_verify", document)}
    assert (rows["logs"]["expected_rows"], rows["logs"]["actual_rows"], bool(rows["logs"]["matches"])) == (300, 299, False)


def test_document_shape(app):
    document = json.loads(app.value("export_json"))
    assert document["metadata"]["version"] == "1.0.0"
    assert document["metadata"]["source"]["engine"] == app.engine
    assert document["metadata"]["schemaVersion"] == "007"
    assert [m[0] for m in document["metadata"]["migrations"]] == ["001", "002", "003", "004", "005", "006", "007"]
    assert set(document) == SAMPLE | {"metadata", "$end"}
    assert list(document) [0] == "metadata" and list(document)[-1] == "$end"
    order = list(document)
    assert order.index("users") < order.index("agents") < order.index("nodes") and order.index("agents") < order.index("logs")
    user = document["users"][0]
    assert list(user) == ["id", "email", "name", "is_admin", "settings", "avatar_color", "created_at"]
    assert user["is_admin"] in (True, False) and user["created_at"].endswith("Z")
    assert isinstance(document["workflows"][0]["flow_data"], dict)
    for name, (count, digest) in app.digests().items():
        assert document["$end"]["tables"][name] == {"rows": count, "digest": digest}


def test_same_data_same_bytes(app):
    first, second = app.value("export_json"), app.value("export_json")
    cut = first.index("\n")
    assert first[cut:] == second[second.index("\n"):]


def test_round_trip_through_a_document(app, target):
    document = app.value("export_json")
    rows = target.call("import_json", document)
    assert list(rows[0]) == COLUMNS
    assert {row["table_name"]: (row["read"], row["inserted"]) for row in rows} == {
        name: (count, count) for name, (count, _) in app.digests().items()}
    assert target.digests() == app.digests()
    assert rows_of(target.value("export_json")) == rows_of(document)


@pytest.mark.parametrize("name", ["all.json", "all.jsonl"])
def test_round_trip_through_a_file(app, target, name):
    path = str(app.directory / name)
    rows = app.call("export_json_file", path)
    assert {row["table_name"]: (row["row_count"], row["digest"]) for row in rows} == app.digests()
    assert all(row["bytes"] > 0 for row in rows)
    assert all(row["matches"] for row in app.call("data_verify", path))
    target.call("import_json_file", path)
    assert target.digests() == app.digests()
    assert sorted(p.name for p in app.directory.glob("all*")) == [name]  # no temporary file stays


def test_lines(app, target):
    lines = [row["export_jsonl"] if "export_jsonl" in row else next(iter(row.values())) for row in app.call("export_jsonl")]
    first, last = json.loads(lines[0]), json.loads(lines[-1])
    assert list(first) == ["metadata"] and list(last) == ["$end"]
    assert all(set(json.loads(line)) == {"table", "row"} for line in lines[1:-1])
    target.call("import_json", "\n".join(lines))
    assert target.digests() == app.digests()


def test_tables_exclude_and_skip(app, target):
    assert set(app.digests(tables=["users", "a*"])) == {"users", "agents"}
    assert set(app.digests(tables="logs")) == {"logs"}
    assert set(app.digests(exclude=["logs", "node?"])) == SAMPLE - {"logs", "nodes"}
    document = json.loads(app.value("export_json", '{"exclude": ["logs"]}'))
    assert "logs" not in document
    path = str(app.directory / "part.json")
    assert [row["table_name"] for row in app.call("export_json_file", path, '{"tables": ["users"]}')] == ["users"]

    everything = app.value("export_json")
    target.call("import_json", everything, '{"skip": ["logs", "nodes"]}')
    assert target.digests()["logs"][0] == 0 and target.digests()["users"] == app.digests()["users"]
    target.call("import_json", everything, '{"tables": ["logs", "nodes"]}')
    assert target.digests() == app.digests()


def test_clear_replaces_what_was_there(app, target):
    document = app.value("export_json")
    target.call("import_json", document)
    target.sql("UPDATE users SET name = 'changed'")
    with target.refuses(None):
        target.call("import_json", document)
    rows = target.call("import_json", document, '{"clear": true}')
    assert {row["table_name"]: row["deleted"] for row in rows} == {name: count for name, (count, _) in app.digests().items()}
    assert target.digests() == app.digests()


def test_clear_leaves_tables_outside_the_document_alone(app):
    """Deleting users would take their agents along by cascade."""
    document = app.value("export_json", '{"tables": ["users"]}')
    with app.refuses(None, "users"):
        app.call("import_json", document, '{"clear": true}')


def test_dry_run(app, target):
    document = app.value("export_json")
    with target.unchanged():
        rows = target.call("import_json", document, '{"dry_run": true}')
    assert {row["table_name"]: row["inserted"] for row in rows} == {name: count for name, (count, _) in app.digests().items()}


def test_new_rows_get_ids_after_the_imported_ones(app, target):
    target.call("import_json", app.value("export_json"))
    last = target.one("SELECT max(id) FROM agents")
    target.sql("INSERT INTO agents (owner_id, name, model) VALUES (1, 'new', 'small-1')")
    assert target.one("SELECT id FROM agents WHERE name = 'new'") == last + 1


def test_empty_tables_and_an_empty_database(db):
    db.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, name TEXT)")
    document = db.value("export_json")
    assert json.loads(document)["t"] == []
    db.call("import_json", document)
    assert db.digests()["t"] == (0, "0" * 32)
    db.sql("DROP TABLE t")
    assert "t" not in json.loads(db.value("export_json"))
    assert db.digests() == {}


def test_self_references_and_cycles(new_db):
    first, second = new_db(), new_db()
    for database in (first, second):
        database.script("""
            CREATE TABLE people (id BIGINT NOT NULL PRIMARY KEY, boss BIGINT REFERENCES people (id), team BIGINT);
            CREATE TABLE teams (id BIGINT NOT NULL PRIMARY KEY, leader BIGINT NOT NULL REFERENCES people (id));""")
        if database.engine == "postgresql":
            database.sql("ALTER TABLE people ADD CONSTRAINT people_team FOREIGN KEY (team) REFERENCES teams (id)")
        else:
            database.script("""DROP TABLE people; CREATE TABLE people (id BIGINT NOT NULL PRIMARY KEY, boss BIGINT REFERENCES people (id),
                               team BIGINT REFERENCES teams (id));""")
    first.script("""
        INSERT INTO people VALUES (1, NULL, NULL); INSERT INTO people VALUES (3, 1, NULL); INSERT INTO people VALUES (2, 3, NULL);
        UPDATE people SET boss = 2 WHERE id = 1;
        INSERT INTO teams VALUES (10, 3); INSERT INTO teams VALUES (11, 1); UPDATE people SET team = 10;""")
    document = first.value("export_json")
    second.call("import_json", document)
    assert second.digests() == first.digests()
    second.call("import_json", document, '{"clear": true}')
    assert second.digests() == first.digests()
    with second.refuses(None):  # the foreign keys hold again
        second.sql("INSERT INTO teams VALUES (12, 99)")


def test_a_document_of_another_program(db):
    db.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, name TEXT DEFAULT 'none', done BOOLEAN)")
    db.call("import_json", '{"t": [{"id": 1, "done": true}, {"done": null, "id": 2, "name": null}]}')
    assert [(i, n, d if d is None else bool(d)) for i, n, d in db.sql("SELECT * FROM t ORDER BY id")] == [(1, "none", True), (2, None, None)]
    db.call("import_json", '{"t": [{"id": 3, "name": "late"}], "metadata": {"version": "1.0.0", "exportedAt": "2026-01-01T00:00:00Z"}}')
    db.call("import_json", '\ufeff {"metadata": {"version": "1.0.0"}, "t": []} ')
    assert db.one("SELECT count(*) FROM t") == 3


def test_generated_columns_are_computed_again(new_db):
    first, second = new_db(), new_db()
    for database in (first, second):
        database.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, a BIGINT, b BIGINT GENERATED ALWAYS AS (a * 2) STORED, c TEXT)")
    first.sql("INSERT INTO t (id, a, c) VALUES (1, 21, 'x')")
    document = first.value("export_json")
    assert "b" not in json.loads(document)["t"][0]
    second.call("import_json", document)
    assert second.sql("SELECT * FROM t") == [(1, 21, 42, "x")]
    assert second.digests() == first.digests()


def test_odd_names(new_db):
    first, second = new_db(), new_db()
    for database in (first, second):
        database.sql('CREATE TABLE "metadata" ("Id" BIGINT NOT NULL PRIMARY KEY, "a ""quoted"" name" TEXT, "select" TEXT)')
        database.sql('CREATE TABLE "$end" ("ключ" BIGINT NOT NULL PRIMARY KEY)')
    first.sql("INSERT INTO \"metadata\" VALUES (1, 'x', 'y')")
    first.sql('INSERT INTO "$end" VALUES (5)')
    document = first.value("export_json")
    assert "$table:metadata" in json.loads(document) and "$table:$end" in json.loads(document)
    second.call("import_json", document)
    assert second.digests() == first.digests() and len(first.digests()) == 2


def test_exact_numbers(new_db):
    first, second = new_db(), new_db()
    for database in (first, second):
        database.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, r DOUBLE PRECISION)")
    first.sql("INSERT INTO t VALUES (9223372036854775807, 0.1), (-9223372036854775807, 1e308), (0, 5e-324), (1, -0.0), (2, 1.0)")
    document = first.value("export_json")
    for text in ('"id":9223372036854775807,"r":0.1', '"id":0,"r":5e-324', '"id":2,"r":1.0'):
        assert text in document, document
    second.call("import_json", document)
    assert second.sql("SELECT * FROM t ORDER BY id") == first.sql("SELECT * FROM t ORDER BY id")
    assert second.digests() == first.digests()


def test_json_columns_keep_their_text(new_db):
    first, second = new_db(), new_db()
    texts = ['{"b": 1,  "a":[1.50, 1e400, 12345678901234567890], "b": 2}', "null", '"text"', "[]", ' {"$bytes": "AA=="} ', "true", '"\\u00e9"']
    for database in (first, second):
        database.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, doc JSON)")
    for number, text in enumerate([*texts, None]):
        mark = first.marks([0])
        first.sql(f"INSERT INTO t VALUES ({number}, {mark})", (text,))
    second.call("import_json", first.value("export_json"))
    assert [row[1] for row in second.sql("SELECT * FROM t ORDER BY id")] == [*texts, None]
    assert second.digests() == first.digests()


def test_text_of_every_kind(new_db):
    first, second = new_db(), new_db()
    texts = ["", " ", "\t\r\n\b\f", "\\", '"', "\x01\x1f\x7f", "é日本語😀", "\u2028", "a" * 300_000, "-- not a comment", "{\"$bytes\": 1}", "NULL", "\\N"]
    for database in (first, second):
        database.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, s TEXT)")
    for number, text in enumerate(texts):
        first.sql(f"INSERT INTO t VALUES ({number}, {first.marks([0])})", (text,))
    second.call("import_json", first.value("export_json"))
    assert [row[1] for row in second.sql("SELECT * FROM t ORDER BY id")] == texts
    assert second.digests() == first.digests()


def test_decimals_in_strings(new_db, new_postgresql):
    """As SQLite keeps those of PostgreSQL; an import back finds them."""
    for db in (new_db(), new_postgresql()):
        db.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC(10,2), r DOUBLE PRECISION)")
        db.call("import_json", '{"t": [{"id": 1, "price": "12.50", "r": "0.5"}, {"id": 2, "price": "100", "r": "1e2"}]}')
        assert [float(value) for row in db.sql("SELECT price, r FROM t ORDER BY id") for value in row] == [12.5, 0.5, 100, 100]
        assert all(row["matches"] for row in db.call("data_verify", '{"t": [{"id": 1, "price": "12.5", "r": 0.5}, {"id": 2, "price": 100, "r": 100}]}'))
    for wrong in ("12,50", "", "1.2.3", "0x10", " 1"):
        with db.refuses("WB024", "price"):
            db.call("import_json", '{"t": [{"id": 3, "price": "%s"}]}' % wrong)


def test_decimals_go_to_sqlite_and_back(sqlite, postgresql, directory):
    postgresql.script("CREATE TABLE t (id int PRIMARY KEY, price numeric(10,2), many numeric); INSERT INTO t VALUES (1, 12.50, 12345678901234567890.125), (2, NULL, 'NaN')")
    document = postgresql.value("export_json")
    sqlite.call("import_json", document, '{"create": true}')
    back = sqlite.value("export_json")
    with postgresql.unchanged():
        postgresql.call("import_json", back, '{"on_conflict": "update"}')
    postgresql.sql("DELETE FROM t")
    postgresql.call("import_json", back)
    assert all(row["matches"] for row in postgresql.call("data_verify", document))
