"""Virtual tables have no place in a document; it says so."""

import json


def test_they_are_named_as_left_out(sqlite):
    sqlite.script("CREATE VIRTUAL TABLE notes USING fts5(title, body); INSERT INTO notes VALUES ('a', 'the only copy'); CREATE VIRTUAL TABLE area USING rtree(id, a, b);"
                  "CREATE TABLE audit (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY)")
    sqlite.value("rule_add", "log", "audit")
    metadata = json.loads(sqlite.value("export_json"))["metadata"]
    assert metadata["excluded"] == ["area", "audit", "notes"] and list(metadata["tables"]) == ["t"]
    assert "excluded" not in json.loads(sqlite.value("export_json", '{"tables": ["t"]}'))["metadata"]
