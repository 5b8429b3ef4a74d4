"""A disk that is full: no part of an export's file stays, and the old file is as it was; an import and a move leave
nothing. The disk is the limit of a process for the size of a file."""

import contextlib
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess

import pytest

LIMIT = 1_000_000


@contextlib.contextmanager
def limited(db):
    """The process that works for us cannot write larger files."""
    if db.engine == "sqlite":
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, limits[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
        return
    pid = str(db.one("SELECT pg_backend_pid()"))
    owner = os.stat(f"/proc/{pid}")  # only a process of the same user and group may do it
    identity = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}

    def limit(size):
        subprocess.run([shutil.which("prlimit"), "--pid", pid, f"--fsize={size}:"], check=True, **identity)

    if shutil.which("prlimit") is None:
        pytest.skip("no prlimit")
    limit(LIMIT)
    yield
    limit("unlimited")


@pytest.mark.parametrize("name", ["old.json", "new.json", "new.jsonl"])
def test_a_full_disk(db, directory, name):
    db.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, v TEXT)")
    db.sql("INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000) SELECT i, ? FROM c".replace("?", "'" + "x" * 1000 + "'"))
    out = directory / "out"
    out.mkdir()
    out.chmod(0o777)
    db.call("export_json_file", str(out / "old.json"))
    before = (out / "old.json").read_bytes()
    assert len(before) > 2 * LIMIT
    with limited(db), db.fails(("WB004", "53100"), name, "large"):
        db.call("export_json_file", str(out / name))
    assert [path.name for path in out.iterdir()] == ["old.json"]
    assert (out / "old.json").read_bytes() == before
    db.call("export_json_file", str(out / name))


@pytest.mark.parametrize("options", ["{}", '{"on_error": "collect"}'])
def test_an_import_into_a_full_database(db, options):
    """No row of it is bad: none is collected, and nothing stays."""
    document = json.dumps({"t": [{"id": i, "v": f"{i:09}" * 150} for i in range(2000)]})
    db.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, v TEXT)")
    if db.engine == "sqlite":
        db.sql(f"PRAGMA max_page_count = {LIMIT // 4096}")
        with db.unchanged(), db.fails(None, "full"):
            db.call("import_json", document, options)
        return
    db.sql("ALTER TABLE t ALTER v SET STORAGE EXTERNAL")
    with db.unchanged(), limited(db), db.fails(("53100", "XX000"), "could not"):
        db.call("import_json", document, options)


def test_a_move_whose_index_does_not_fit(new_postgresql, directory):
    """An index that the server refuses is left out and named; one that finds no place is none of these."""
    db = new_postgresql()
    path = directory / "wide.db"
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)")
        file.executemany("INSERT INTO t (v) VALUES (?)", [(os.urandom(10).hex(),) for _ in range(6000)])
        file.execute("CREATE INDEX wide ON t (" + ", ".join(f"v || {n}" for n in range(12)) + ")")
        file.commit()
    path.chmod(0o666)
    with db.unchanged(), limited(db), db.fails(("53100", "XX000"), "CREATE INDEX"):
        db.call("import_sqlite", str(path))
    db.call("import_sqlite", str(path))
    assert db.one("SELECT count(*) FROM pg_indexes WHERE indexname = 'wide'") == 1
