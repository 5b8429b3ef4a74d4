"""Complete migrations: three files out of one database, and the same database out of the files, by ourselves and by
any client."""

import json
import pathlib
import re
import subprocess

import pytest

TABLES = """
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, boss INTEGER REFERENCES people (id), big NUMERIC(20,5));
    CREATE TABLE "odd ""table" (a INTEGER, b TEXT, c TEXT);
    CREATE INDEX people_name ON people (name);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id), at TIMESTAMP, paid BOOLEAN);
    CREATE TABLE empty (id INTEGER PRIMARY KEY);
    CREATE VIEW rich AS SELECT name FROM people WHERE big > 10;"""


def filled(db):
    db.script(TABLES)
    count = "SELECT {} FROM generate_series(1, 450) AS i" if db.engine == "postgresql" else \
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450) SELECT {} FROM n"
    db.script("INSERT INTO people " + count.format("i, 'it''s ' || i || ';', CASE WHEN i > 1 THEN i - 1 END, i * 1.5"))
    db.script("""INSERT INTO "odd ""table" VALUES (1, '),\n(', NULL), (2, '-- whimbrel:end-of-rows', '\\''x'), (1, '', '$$ E''')""")
    db.script("INSERT INTO orders " + count.format("i, i, CASE WHEN i % 3 = 0 THEN NULL ELSE '2026-01-02 03:04:05.5' END, i % 2 = 0")
              .replace("ELSE '2026", "ELSE TIMESTAMP '2026" if db.engine == "postgresql" else "ELSE '2026"))
    return db


def export(db, **options):
    return db.call("export_complete", str(db.directory), json.dumps(options))


def apply(db, timestamp=None, **options):
    return db.call("apply_complete", str(db.directory), timestamp, json.dumps(options))


def file(rows, part):
    return next(pathlib.Path(row["file"]) for row in rows if part in row["file"])


@pytest.fixture
def pair(new_db):
    return filled(new_db()), new_db()


def test_there_and_back(pair):
    source, target = pair
    rows = export(source)
    assert [re.sub(r".*/\d{8}T\d{6}Z_", "", row["file"]) for row in rows] == ["complete_schema.sql", "complete_data.sql", "MIGRATION_README.md"]
    assert rows[1]["row_count"] == 903 and rows[1]["objects"] == 4 and rows[0]["objects"] > 4
    assert [row["bytes"] for row in rows] == [pathlib.Path(row["file"]).stat().st_size for row in rows]
    applied = apply(target)
    assert [row["file"] for row in applied] == [row["file"] for row in rows[:2]]
    assert applied[1]["row_count"] == 903
    assert target.digests() == source.digests()
    assert target.sql("SELECT name FROM rich ORDER BY 1") == source.sql("SELECT name FROM rich ORDER BY 1")
    with target.fails(None):
        target.script("INSERT INTO orders (id, person) VALUES (1000, 1000)")
    again = export(target)
    for one, other in zip(rows[:2], again):
        assert pathlib.Path(one["file"]).read_bytes() == pathlib.Path(other["file"]).read_bytes()


def test_any_client(pair):
    source, target = pair
    rows = export(source)
    if target.engine == "postgresql":
        command = ["psql", "-qX", "-1", "-v", "ON_ERROR_STOP=1", "-d", target.name, "-f", rows[0]["file"], "-f", rows[1]["file"]]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr
    else:
        target.script("BEGIN;" + "".join(pathlib.Path(row["file"]).read_text() for row in rows[:2]) + "COMMIT")
    assert target.digests() == source.digests()


def test_readme(pair):
    source, _ = pair
    text = file(export(source), "README").read_text()
    for word in ("| `people` | 450 |", "apply_complete", "relation does not exist", "foreign key violation", "permission denied", "data_digest",
                 source.digests()["people"][1], "| table | 4 |"):
        assert word in text, word
    source.script("CREATE TABLE single (a integer); INSERT INTO single VALUES (1)")
    assert "\n1 row in 1 table, " in file(export(source, tables=["single"]), "README").read_text()


def test_halves(pair, new_db):
    source, target = pair
    rows = export(source, schema_only=True)
    assert ["schema" in row["file"] for row in rows] == [True, False]
    apply(target)
    assert target.one("SELECT count(*) FROM people") == 0
    rows = export(source, data_only=True)
    assert "data" in rows[0]["file"] and len(rows) == 2
    apply(target)
    assert target.digests() == source.digests()
    with target.refuses(None):
        apply(target)
    export(source, data_only=True, clean=True)
    target.script("UPDATE people SET name = 'x'")
    apply(target)
    assert target.digests() == source.digests()
    with target.refuses("WB001", "exclude each other"):
        apply(target, schema_only=True, data_only=True)


def test_missing_half(pair):
    source, target = pair
    rows = export(source)
    file(rows, "schema").unlink()
    with target.refuses("WB004", "_complete_schema.sql"):
        apply(target)
    for row in rows[1:]:
        pathlib.Path(row["file"]).unlink()
    with target.refuses("WB004"):
        apply(target)
    with target.refuses("WB003", "timestamp"):
        apply(target, "yesterday")


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("part", ["schema", "data"])
def test_truncated(pair, part):
    source, target = pair
    rows = export(source)
    path = file(rows, part)
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 12):
        path.write_bytes(whole[:size])
        with target.refuses("WB021"):
            apply(target)


def test_files_of_another_engine_and_directories_that_are_not_there(pair):
    source, target = pair
    rows = export(source)
    for part in ("schema", "data"):
        path = file(rows, part)
        change(path, f" {source.engine} pair", " oracle pair")
        with target.refuses("WB005", "is for oracle"):
            apply(target)
        change(path, " oracle pair", f" {source.engine} pair")
    for function in ("export_complete", "apply_complete"):
        with target.fails("WB004", "/not/there"):
            target.call(function, "/not/there")


def test_changed_by_hand(pair):
    source, target = pair
    path = file(export(source), "data")
    change(path, "(7, 'it''s 7;', 6,", "( 7, 'it''s 7;' , 5+1,")
    change(path, "\n-- whimbrel:end-of-rows\n", "\nUPDATE people SET name = name WHERE id = 1;\n-- whimbrel:end-of-rows\n")
    apply(target)
    assert target.digests() == source.digests()


def test_other_rows_are_told(pair, new_db):
    source, target = pair
    path = file(export(source), "data")
    change(path, "'it''s 7;'", "'it is 7;'")
    with target.refuses("WB021", '"people"', "its rows are not those"):
        apply(target)
    apply(target, verify=False)
    assert target.one("SELECT name FROM people WHERE id = 7") == "it is 7;"
    change(path, "(8, ", "(8000, ")
    with new_db().refuses(None):
        apply(target)


def test_transaction_control_is_refused(pair):
    source, target = pair
    path = file(export(source), "data")
    change(path, "\n-- whimbrel:end-of-rows\n", "\nCOMMIT;\n-- whimbrel:end-of-rows\n")
    with target.refuses("WB014"):
        apply(target)


def test_dry_run(pair):
    source, target = pair
    export(source)
    with target.unchanged():
        assert apply(target, dry_run=True)[1]["row_count"] == 903


def test_nothing_of_an_export_that_fails(pair):
    source, _ = pair
    with source.fails("WB022"):
        export(source, data_only=True, tables=["nothing"])
    assert not list(pathlib.Path(source.directory).glob("*_*"))


def test_selection_brings_what_it_needs(pair):
    source, target = pair
    export(source, tables=["orders"])
    apply(target)
    assert target.digests() == {name: digest for name, digest in source.digests().items() if name in ("orders", "people")}
