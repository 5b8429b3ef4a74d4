"""An export to a disk that is full: no part of the file stays, and the old file is as it was. The disk is the limit of a
process for the size of a file."""

import contextlib
import os
import resource
import shutil
import signal
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
