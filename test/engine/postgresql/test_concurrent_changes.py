"""Exports and imports while others write and change the schema: one snapshot, and a clear error where a table is no longer
what it was when the call began."""

import json
import threading
import time

import psycopg2
import pytest


def in_background(database, *call):
    """Calls on a connection of its own; join() gives its rows or the error."""
    class Call(threading.Thread):
        def run(self):
            self.rows, self.error = None, None
            connection = database.connect()
            cursor = connection.cursor()
            self.pid = connection.info.backend_pid
            try:
                marks = ", ".join("%s" for _ in call[1:])
                cursor.execute(f"SELECT * FROM {call[0]}({marks})", call[1:])
                self.rows = cursor.fetchall()
            except psycopg2.Error as error:
                self.error = error
            connection.close()

        def wait_for_lock(self):
            deadline = time.monotonic() + 20
            while not database.one("SELECT count(*) FROM pg_locks l WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"):
                assert time.monotonic() < deadline and self.is_alive(), "it did not wait"
                time.sleep(0.005)

    thread = Call()
    thread.start()
    return thread


CHANGES = ["ALTER TABLE t DROP COLUMN v", "ALTER TABLE t RENAME v TO w", "DROP TABLE t", "ALTER TABLE t RENAME TO u", "ALTER TABLE t ALTER v TYPE bytea USING v::bytea",
           "ALTER TABLE t DROP COLUMN v, ADD COLUMN v int[]", "ALTER TABLE t ADD COLUMN new int NOT NULL DEFAULT 5", "ALTER TABLE t DROP CONSTRAINT t_pkey",
           "DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, v text)", "TRUNCATE t"]


@pytest.mark.parametrize("function", ["export_json", "data_digest", "export_json_file", "import_json"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_table_that_changes_after_the_call_began(postgresql, directory, function, change):
    postgresql.script("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 50) i")
    document = postgresql.value("export_json")
    if function == "import_json":
        postgresql.script("DELETE FROM t")
    other = postgresql.connect()
    other.autocommit = False
    other.cursor().execute(change)
    path = directory / "out.json"
    arguments = {"export_json_file": (str(path),), "import_json": (document,)}.get(function, ())
    call = in_background(postgresql, function, *arguments)
    call.wait_for_lock()
    other.commit()
    other.close()
    call.join()
    if call.error is not None:
        assert call.error.pgcode not in ("XX000", "XX001", "WB099", None), call.error
        assert call.error.pgcode[:2] in ("WB", "42", "22", "40", "55"), (call.error.pgcode, str(call.error))
        assert not path.exists()
        return
    # It went well: then it must be true of the table as it is now or as it was.
    if function == "import_json":
        assert postgresql.one("SELECT count(*) FROM t") == 50
    else:
        assert 50 == (call.rows[0][1] if function != "export_json" else len(json.loads(call.rows[0][0])["t"]))


def test_an_export_is_one_snapshot(postgresql, directory):
    """Two tables that others always change together."""
    postgresql.script("""CREATE TABLE a (id int PRIMARY KEY, n int); CREATE TABLE b (id int PRIMARY KEY, n int);
                         INSERT INTO a SELECT i, 0 FROM generate_series(1, 3000) i; INSERT INTO b SELECT * FROM a""")
    stop = threading.Event()
    rounds = [0]

    def write():
        connection = postgresql.connect()
        connection.autocommit = False
        cursor = connection.cursor()
        while not stop.is_set():
            cursor.execute("UPDATE a SET n = n + 1 WHERE id = 2999; UPDATE b SET n = n + 1 WHERE id = 1")
            connection.commit()
            rounds[0] += 1
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        path = directory / "out.json"
        for _ in range(15):
            postgresql.call("export_json_file", str(path))
            lines = [json.loads(row["line"]) for row in postgresql.call("export_jsonl")]
            rows = {name: {line["row"]["id"]: line["row"]["n"] for line in lines if line.get("table") == name} for name in "ab"}
            documents = [json.loads(postgresql.value("export_json")), json.loads(path.read_text())]
            for document in [rows, *({name: {row["id"]: row["n"] for row in document[name]} for name in "ab"} for document in documents)]:
                assert document["a"][2999] == document["b"][1]
    finally:
        stop.set()
        writer.join()
    assert rounds[0] > 15


def test_tables_of_another_role(postgresql):
    postgresql.script("""CREATE TABLE mine (id int PRIMARY KEY, v text); INSERT INTO mine VALUES (1, 'secret');
                         DROP ROLE IF EXISTS whimbrel_stranger; CREATE ROLE whimbrel_stranger; GRANT USAGE ON SCHEMA public TO whimbrel_stranger;
                         CREATE TABLE theirs (id int PRIMARY KEY, mine int REFERENCES mine)""")
    document = postgresql.value("export_json", '{"tables": ["mine"]}')
    postgresql.script("ALTER TABLE theirs OWNER TO whimbrel_stranger; SET ROLE whimbrel_stranger")
    try:
        for call in (("export_json", '{"tables": ["mine"]}'), ("data_digest", '{"tables": ["mine"]}'), ("import_json", document), ("import_json", document, '{"clear": true}'),
                     ("import_json", '{"mine": [{"id": 2}]}', '{"dry_run": true}')):
            with postgresql.fails(("42501", "WB022")) as failure:
                postgresql.call(*call)
            assert "secret" not in failure.text
    finally:
        postgresql.script("RESET ROLE; DROP TABLE theirs; DROP OWNED BY whimbrel_stranger; DROP ROLE whimbrel_stranger")
    assert postgresql.sql("SELECT * FROM mine") == [(1, "secret")]
