"""doc_default, doc_rename, doc_remove, doc_entries and doc_index: the same bytes on both engines, in plain UPDATEs,
indexes and generated columns; and the three classical migrations of documents, as docs/documents.md shows them."""

import json
import re

import pytest

DOCUMENT = '{ "name" : "flow", "n": 1.50, "n2":12345678901234567890, "nodes":[ {"id":"a","x":1e2} , {"id":"b","timeout":null}], "dup":1,"dup":2 }'


@pytest.fixture
def typed(db):
    """Makes a document an argument: once for each type that a column may have."""
    casts = ["", "::json", "::text"] if db.engine == "postgresql" else [""]
    return casts


def ask(db, call, parameters, cast=""):
    if db.engine == "postgresql":
        call = call.replace("?1", f"%(doc)s{cast}")
        return db.cursor(f"SELECT ({call})::text", {"doc": parameters}).fetchall()[0][0]
    return db.one(f"SELECT {call}", (parameters,))


@pytest.mark.parametrize(
    "call, expected",
    [
        ("doc_default(?1, '$.nodes[*].timeout', '30')", DOCUMENT.replace('"x":1e2}', '"x":1e2,"timeout":30}')),
        ("doc_default(?1, '$.settings.limits', '{\"a\": [1.0]}')", DOCUMENT[:-2] + ',"settings":{"limits":{"a": [1.0]}} }'),
        ("doc_rename(?1, '$.nodes[*].id', 'key')", DOCUMENT.replace('"id"', '"key"')),
        ("doc_remove(?1, '$.nodes[0]')", DOCUMENT.replace('{"id":"a","x":1e2} , ', "")),
        ("doc_remove(?1, '$.dup')", DOCUMENT.replace(', "dup":1,"dup":2', "")),
        ("doc_index(?1, '$.nodes', 'id')", DOCUMENT.replace('[ {"id":"a","x":1e2} , {"id":"b","timeout":null}]', '{ "a":{"x":1e2} , "b":{"timeout":null}}')),
        ("doc_entries(doc_index(?1, '$.nodes', 'id'), '$.nodes', 'id')", DOCUMENT),
        ("doc_remove(?1, '$.nothing')", DOCUMENT),
    ],
)
def test_every_other_byte_stays(db, typed, call, expected):
    for cast in typed:
        assert ask(db, call, DOCUMENT, cast) == expected


def test_jsonb_in_its_own_order(postgresql):
    assert ask(postgresql, "doc_default(?1, '$.a', '1')", '{"bb":2}', "::jsonb") == '{"a": 1, "bb": 2}'
    assert postgresql.one("SELECT pg_typeof(doc_remove('{}'::jsonb, '$.a'))::text") == "jsonb"


def test_errors_name_the_place(db):
    with db.fails("WB024", "$.nodes[1].x", "number"):
        ask(db, "doc_default(?1, '$.nodes[*].x.y', '1')", '{"nodes":[{},{"x":1}]}')
    with db.fails("WB020", "doc_rename"):
        ask(db, "doc_rename(?1, '$.a', 'b')", "{oops", "::text" if db.engine == "postgresql" else "")
    with db.fails("WB020", "is not JSON"):
        ask(db, "doc_default(?1, '$.a', 'word')", "{}", "::text" if db.engine == "postgresql" else "")
    with db.fails("WB003", "character"):
        ask(db, "doc_remove(?1, 'a')", "{}")


def test_null_never_takes_a_document_away(db):
    assert ask(db, "doc_remove(?1, '$.a')", None) is None
    with db.fails("WB003", '"value" is NULL'):
        ask(db, "doc_default(?1, '$.a', NULL)", "{}")
    with db.fails("WB003", '"path" is NULL'):
        ask(db, "doc_remove(?1, NULL)", "{}")


def test_in_indexes_generated_columns_and_views(db):
    kind = "json" if db.engine == "postgresql" else "JSON"
    db.script(f"""CREATE TABLE t (id integer PRIMARY KEY, doc {kind}, slim {kind} GENERATED ALWAYS AS (doc_remove(doc, '$.big')) STORED);
                  CREATE VIEW v AS SELECT id, doc_rename(doc, '$.a', 'b') AS doc FROM t""")
    text = "::text" if db.engine == "postgresql" else ""
    db.script(f"CREATE INDEX t_slim ON t ((doc_remove(doc, '$.id'){text}))" if text else "CREATE INDEX t_slim ON t (doc_remove(doc, '$.id'))")
    db.sql("""INSERT INTO t (id, doc) VALUES (1, '{"a":1,"big":2}')""")
    assert db.sql(f"SELECT slim{text} FROM t") == [('{"a":1}',)]
    assert db.sql(f"SELECT doc{text} FROM v") == [('{"b":1,"big":2}',)]
    if db.engine == "sqlite":
        assert db.one("""SELECT json_array(doc_remove('{"a":1}', '$.a'))""") == "[{}]"


def test_three_classical_migrations(db, root):
    """The text of the documentation itself, run as a migration of each engine."""
    text = (root / "docs" / "documents.md").read_text()
    scripts = re.findall(r"```sql\n(.*?)```", text, re.S)
    kind = "jsonb" if db.engine == "postgresql" else "JSON"
    db.script(f"""CREATE TABLE workflows (id integer PRIMARY KEY, doc {kind});
                  CREATE TABLE environment (name text PRIMARY KEY, value text);
                  CREATE TABLE settings (id integer PRIMARY KEY, doc {kind})""")
    db.sql("""INSERT INTO workflows VALUES (1, '{"nodes":{"n1":{"type":"start"},"n2":{"type":"end","retries":5}}}')""")
    db.sql("""INSERT INTO environment VALUES ('MAIL_HOST', 'mx.example.org')""")
    db.sql("""INSERT INTO settings VALUES (1, '{"theme":"dark"}')""")
    migrations = [{"name": f"{i:03}_step.sql", "sql": script} for i, script in enumerate(scripts, 1) if f"-- {db.engine}" in script or "-- both" in script]
    assert len(migrations) == 3
    db.call("migrate_apply", json.dumps(migrations))
    nodes = json.loads(db.one("SELECT doc FROM workflows"))
    assert nodes == {"version": 1, "nodes": [{"id": "n1", "type": "start", "retries": 0}, {"id": "n2", "type": "end", "retries": 5}]}
    assert json.loads(db.one("SELECT doc FROM settings")) == {"theme": "dark", "mail": {"host": "mx.example.org"}}
    assert db.sql("SELECT * FROM environment") == []
    if db.engine == "sqlite":
        assert db.one("SELECT typeof(doc) FROM workflows") == "text"
