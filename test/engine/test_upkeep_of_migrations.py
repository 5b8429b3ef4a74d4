"""Baseline, repair and new files, the same on both engines."""

import json
import pathlib
import re

from migrations import ITEMS, ROWS, source, write
from test_migrations import THREE, states, table_exists


def options(**given):
    return json.dumps(given)


def with_source(migrations, **more):
    return json.dumps({"source": json.loads(migrations), **more})


def test_a_baseline_with_files_keeps_their_texts(db):
    db.sql("CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name TEXT)")
    with db.unchanged():
        rows = db.call("migrate_baseline", "002", with_source(source(**THREE), dry_run=True))
    assert [(r["version"], r["status"]) for r in rows] == [("001", "would_record"), ("002", "would_record")]
    rows = db.call("migrate_baseline", "002", with_source(source(**THREE)))
    assert [(r["version"], r["description"], r["status"]) for r in rows] == [
        ("001", "Items", "recorded"), ("002", "rows", "recorded")]
    assert db.sql("SELECT * FROM items") == []
    assert [r["version"] for r in db.call("migrate_apply", source(**THREE))] == ["010"]
    assert states(db, source(**THREE)) == [("001", "applied"), ("002", "applied"), ("010", "applied")]
    assert [r["version"] for r in db.call("migrate_rollback", '{"steps": 3}')] == ["010", "002", "001"]
    assert not table_exists(db, "items")


def test_a_baseline_from_a_directory(db, directory):
    path = write(directory, **THREE)
    assert len(db.call("migrate_baseline", "10", options(source=path))) == 3
    with db.unchanged():
        assert db.call("migrate_apply", path) == []


def test_a_baseline_without_files_stands_for_all_below(db):
    db.sql("CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name TEXT)")
    db.call("migrate_baseline", "005")
    assert states(db, source(**THREE)) == [("001", "applied"), ("002", "applied"), ("005", "applied"), ("010", "pending")]
    assert [r["version"] for r in db.call("migrate_apply", source(**THREE))] == ["010"]
    with db.refuses("WB017", "005"):
        db.call("migrate_rollback", '{"steps": 2}')


def test_what_is_no_baseline(db):
    with db.refuses("WB003", "latest"):
        db.call("migrate_baseline", "latest")
    with db.refuses("WB016", "7"):
        db.call("migrate_baseline", "7", with_source(source(**THREE)))
    db.call("migrate_apply", source(**THREE))
    with db.refuses("WB013", "010", "002"):
        db.call("migrate_baseline", "002", with_source(source(**THREE)))


def test_the_call_that_a_changed_file_names_accepts_it(db, directory):
    db.call("migrate_apply", write(directory, **THREE))
    changed = write(directory, _001_items=ITEMS.replace("name TEXT", "name VARCHAR(50)"))
    with db.fails("WB012") as failure:
        db.call("migrate_apply", changed)
    call = re.search(r"migrate_repair\(('[^']*'), ('[^']*')\)", failure.text)
    arguments = [text[1:-1] for text in call.groups()]
    assert arguments == ["001", json.dumps({"source": changed}, separators=(",", ":"))]
    assert [row["action"] for row in db.call("migrate_repair", *arguments)] == ["accepted"]
    assert db.call("migrate_apply", changed) == []


def test_repair_accepts_a_changed_file_and_shows_the_difference(db):
    db.call("migrate_apply", source(**THREE))
    changed = dict(THREE, _001_items=ITEMS.replace("name TEXT", "name VARCHAR(50)"))
    with db.fails("WB012", """migrate_repair('001', '{"source":[…]}')"""):
        db.call("migrate_apply", source(**changed))
    rows = db.call("migrate_repair", "001", with_source(source(**changed)))
    assert [(r["version"], r["action"]) for r in rows] == [("001", "accepted")]
    assert rows[0]["detail"].splitlines()[2:] == [
        "@@ -1,1 +1,1 @@",
        "-CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name TEXT);",
        "+CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(50));"]
    assert states(db, source(**changed)) == [("001", "applied"), ("002", "applied"), ("010", "applied")]
    assert "VARCHAR" in db.value("migrate_sql", "001", "up")
    entry = db.call("migrate_history")[0]
    assert (entry["action"], entry["outcome"], entry["detail"]) == ("repair", "accepted", rows[0]["detail"])
    with db.unchanged():
        assert db.call("migrate_apply", source(**changed)) == []


def test_repair_of_all(db):
    db.call("migrate_apply", source(**THREE))
    changed = {name: text + "-- a comment\n" for name, text in THREE.items()}
    changed["_002_rows"] = ROWS.replace("'three'", "'drei'")
    with db.unchanged():
        rows = db.call("migrate_repair", None, with_source(source(**changed), dry_run=True))
    assert [(r["version"], r["action"]) for r in rows] == [("001", "would_accept"), ("002", "would_accept"), ("010", "would_accept")]
    assert len(db.call("migrate_repair", None, with_source(source(**changed)))) == 3
    with db.unchanged():
        db.call("migrate_apply", source(**changed))


def test_repair_forgets_a_row(db):
    db.call("migrate_apply", source(**THREE))
    assert [(r["version"], r["action"]) for r in db.call("migrate_repair", "010", '{"forget": true}')] == [("010", "forgotten")]
    assert states(db, source(**THREE))[2] == ("010", "pending")
    assert db.sql("SELECT note FROM items WHERE id = 1") == [(None,)]
    with db.refuses("WB016", "010"):
        db.call("migrate_repair", "010", '{"forget": true}')
    with db.refuses("WB016", "source"):
        db.call("migrate_repair", "001")


def test_new_files(db, directory):
    path = directory / "new"
    path.mkdir()
    path.chmod(0o777)
    first = db.value("migrate_new", str(path), "Create items", '{"template": "table"}')
    second = db.value("migrate_new", str(path), "More")
    assert [pathlib.Path(name).name for name in (first, second)] == ["001_create_items.sql", "002_more.sql"]
    assert [(r["version"], r["description"], r["state"]) for r in db.call("migrate_status", str(path))] == [
        ("001", "Create items", "pending"), ("002", "More", "pending")]
    for template in ("column", "index", "view", "data"):
        db.value("migrate_new", str(path), template, options(template=template, verify=True))
    assert db.value("migrate_new", str(path), "later", '{"version": "20990101000000"}').endswith("/20990101000000_later.sql")
    assert db.value("migrate_new", str(path), "last").endswith("/20990101000001_last.sql")
    with db.fails("WB011", "002"):
        db.value("migrate_new", str(path), "other", '{"version": "2"}')
    assert len(list(path.iterdir())) == 8
    assert [r["version"] for r in db.call("migrate_apply", str(path), '{"target": "1"}')] == ["001"]


def test_times_in_parts(db, directory):
    directory.chmod(0o777)
    for name in ("2014_10_12_100000_create_password_resets", "2014_10_12_000000_create_users", "2014_09_30_235959_first"):
        (directory / f"{name}.sql").write_text("SELECT 1")
    assert [(r["version"], r["description"]) for r in db.call("migrate_apply", str(directory))] == [
        ("20140930235959", "first"), ("20141012000000", "create users"), ("20141012100000", "create password resets")]
    new = pathlib.Path(db.value("migrate_new", str(directory), "Add tags")).name
    assert re.fullmatch(r"2\d{3}_\d\d_\d\d_\d{6}_add_tags\.sql", new)
    assert [r["status"] for r in db.call("migrate_apply", str(directory))] == ["applied"]


def test_a_template_with_an_unknown_name(db, directory):
    directory.chmod(0o777)
    (directory / "mine.sql").write_text("-- ${version} ${owner}")
    with db.fails("WB030", "owner", "${version}, ${description}, ${name} and ${created}"):
        db.value("migrate_new", str(directory), "x", options(template=str(directory / "mine.sql")))
    assert [path.name for path in directory.glob("*.sql")] == ["mine.sql"]


def test_new_files_need_the_right_to_write_files(postgresql, directory):
    db = postgresql
    db.script("DROP ROLE IF EXISTS whimbrel_new; CREATE ROLE whimbrel_new; SET ROLE whimbrel_new")
    with db.fails("42501", "pg_write_server_files"):
        db.value("migrate_new", str(directory), "x")
    db.script("RESET ROLE; DROP ROLE whimbrel_new")
    with db.fails("WB004", "relative"):
        db.value("migrate_new", "migrations", "x")


def test_the_log_by_version_action_outcome_and_time(db):
    db.call("migrate_apply", source(**THREE))
    db.call("migrate_rollback")
    pick = lambda **given: [(r["version"], r["action"]) for r in db.call("migrate_history", options(**given))]
    assert pick(version="10") == [("010", "rollback"), ("010", "apply")]
    assert pick(action="rollback") == pick(outcome="rolled_back") == [("010", "rollback")]
    assert pick(action="apply", limit=2) == [("010", "apply"), ("002", "apply")]
    assert pick(since="2020-01-01T00:00:00Z", limit=1) == [("010", "rollback")]
    assert pick(since="2199-01-01") == pick(limit=0) == []
    with db.fails("WB001", "yesterday"):
        db.call("migrate_history", options(since="yesterday"))
    with db.fails("WB001", "dance"):
        db.call("migrate_history", options(action="dance"))


def test_the_status_shows_the_whole_difference(db):
    db.call("migrate_apply", source(**THREE))
    changed = dict(THREE, _002_rows=ROWS.replace("'one'", "'eins'"))
    row = db.call("migrate_status", source(**changed), '{"diff": true}')[1]
    assert row["state"] == "changed"
    first, *diff = row["note"].splitlines()
    assert "eins" in first and diff[2:5] == ["@@ -1,2 +1,2 @@", "-INSERT INTO items VALUES (1, 'one');", "+INSERT INTO items VALUES (1, 'eins');"]


def test_the_log_has_the_settings_of_a_connection(sqlite):
    sqlite.call("migrate_apply", source(_001_items=ITEMS))
    settings = json.loads(sqlite.call("migrate_history")[0]["settings"])
    assert settings == {"foreign_keys": True, "recursive_triggers": False, "legacy_alter_table": False, "journal_mode": "delete"}


def test_sqlite_has_one_history(sqlite):
    assert len(sqlite.call("migrate_apply", source(_001_items=ITEMS), '{"schema": "main"}')) == 1
    with sqlite.refuses("WB005", "other"):
        sqlite.call("migrate_apply", source(_001_items=ITEMS), '{"schema": "other"}')
