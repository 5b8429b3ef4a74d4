"""Files in every form, compressed ones, and backups with their way back."""

import gzip
import json
import os
import re
import shutil

import pytest


@pytest.fixture
def target(new_db, app, sample_migrations):
    database = new_db()
    database.call("migrate_apply", sample_migrations)
    database.sql("DELETE FROM defaults")
    return database


@pytest.mark.parametrize("name", ["all.json.gz", "all.json.zst", "all.jsonl.gz", "all.jsonl.zst"])
def test_round_trip_through_a_compressed_file(app, target, directory, name):
    plain = str(directory / name.rsplit(".", 1)[0])
    packed = str(directory / name)
    rows = app.call("export_json_file", plain)
    assert app.call("export_json_file", packed) == rows  # `bytes` is before compression
    assert os.path.getsize(packed) < os.path.getsize(plain) / 3
    assert all(row["matches"] for row in app.call("data_verify", packed))
    target.call("import_json_file", packed)
    assert target.digests() == app.digests()
    # The content decides, not the name.
    other = str(directory / "renamed.bin")
    shutil.copy(packed, other)
    os.chmod(other, 0o644)
    target.call("import_json_file", other, '{"clear": true}')
    assert target.digests() == app.digests()


def test_a_file_that_others_compressed(app, target, directory):
    """In several members, and read twice: without metadata the rows have to be seen before they can be written."""
    document = json.loads(app.value("export_json"))
    document.pop("metadata")
    document.pop("$end")
    text = json.dumps(document).encode()
    path = directory / "theirs.json.gz"
    path.write_bytes(gzip.compress(text[:5000]) + gzip.compress(text[5000:5001]) + gzip.compress(text[5001:]))
    path.chmod(0o644)
    target.call("import_json_file", str(path))
    assert target.digests() == app.digests()


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_damaged_file_is_named_and_nothing_of_it_stays(app, target, directory, ending):
    path = directory / f"all.json.{ending}"
    app.call("export_json_file", str(path))
    whole = path.read_bytes()
    damaged = directory / "damaged"
    damaged.write_bytes(b"")
    damaged.chmod(0o666)
    for content, words in [(whole[:-20], "data end too early"), (whole[:len(whole) // 2], "data end too early"),
                           (whole[:1000] + bytes(40) + whole[1040:], "data are damaged"), (whole + b"?" * 9, "data are damaged")]:
        damaged.write_bytes(content)
        with target.refuses("WB021", str(damaged), words):
            target.call("import_json_file", str(damaged))
        with target.refuses("WB021", str(damaged), words):
            target.call("data_verify", str(damaged))


def test_a_backup_and_its_way_back(app, directory):
    before = app.digests()
    paths = [app.value("backup_json", str(directory), options)
             for options in ("{}", '{"compress": "gzip"}', '{"compress": "zstd"}', "{}")]
    for path, ending in zip(paths, ["", ".gz", ".zst", ""]):
        assert re.fullmatch(re.escape(str(directory)) + r"/backup-\d{8}T\d{6}Z\.json" + re.escape(ending), path)
    assert len(set(paths)) == 4
    app.sql("UPDATE users SET name = 'changed'")
    app.sql("DELETE FROM logs")
    assert app.digests() != before
    for path in paths[:3]:
        app.call("import_json_file", path, '{"clear": true}')
        assert app.digests() == before


def test_backups_are_refused_where_they_cannot_be(app, directory):
    with app.refuses("WB004", "nowhere"):
        app.value("backup_json", str(directory / "nowhere"))
    with app.refuses("WB001", "rar"):
        app.value("backup_json", str(directory), '{"compress": "rar"}')
    assert not list(directory.glob("backup-*"))


def test_backups_need_the_right_to_write_files(postgresql):
    postgresql.script("CREATE ROLE whimbrel_no_files; SET ROLE whimbrel_no_files")
    try:
        with postgresql.fails("42501", "permission denied to write files"):
            postgresql.value("backup_json", "/tmp")
    finally:
        postgresql.script("RESET ROLE; DROP ROLE whimbrel_no_files")
