"""Virtual tables have no place in a document; it says so."""

import json

from migrations import source


def test_they_are_named_as_left_out(sqlite):
    sqlite.script("CREATE VIRTUAL TABLE notes USING fts5(title, body); INSERT INTO notes VALUES ('a', 'the only copy'); CREATE VIRTUAL TABLE area USING rtree(id, a, b);"
                  "CREATE TABLE audit (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY)")
    sqlite.value("rule_add", "log", "audit")
    metadata = json.loads(sqlite.value("export_json"))["metadata"]
    assert metadata["excluded"] == ["area", "audit", "notes"] and list(metadata["tables"]) == ["t"]
    assert "excluded" not in json.loads(sqlite.value("export_json", '{"tables": ["t"]}'))["metadata"]


def test_a_failure_behind_one_is_told(sqlite):
    """FTS5 refuses every COMMIT of a transaction in which a table of its was made, written and undone."""
    text = "CREATE VIRTUAL TABLE notes USING fts5(title);\nINSERT INTO notes VALUES ('a');\nCREATE INDEX i ON notes (title);"
    for function in ("migrate_run", "migrate_apply", "migrate_run"):
        with sqlite.refuses(None, "002_b.sql", "line 3", "virtual tables may not be indexed"):
            sqlite.call(function, source(_002_b=text))
    sqlite.call("migrate_run", source(_001_a="CREATE TABLE t (id INTEGER)"))
    for call in (text, "-- migrate:up transaction:false\n" + text):
        with sqlite.fails(None, "002_b.sql", "virtual tables may not be indexed"):
            sqlite.call("migrate_run", source(_001_a="CREATE TABLE t (id INTEGER)", _002_b=call))
    assert sqlite.sql("SELECT version FROM schema_migrations") == [("001",)]
    assert sqlite.one("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'") == 0 and not sqlite.connection.in_transaction


def test_a_failure_of_an_undo_behind_one_is_told(sqlite):
    down = "CREATE VIRTUAL TABLE notes USING fts5(title);\nINSERT INTO notes VALUES ('a');\nSELECT * FROM nowhere;"
    sqlite.call("migrate_run", source(_001_a="-- migrate:up\nCREATE TABLE t (id INTEGER);\n-- migrate:down\n" + down))
    with sqlite.refuses(None, "001_a.sql", "nowhere"):
        sqlite.call("migrate_run", None, '{"undo": true}')
