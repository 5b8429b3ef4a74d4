"""The same migrations as files of each tool, applied by the engines: the same tables and rows come of them, what has a
down part is undone to nothing, and a second call finds nothing to do."""

import json

import pytest

A = "CREATE TABLE items (id INT PRIMARY KEY, name TEXT);\nCREATE INDEX items_name ON items (name);\n"
B = "INSERT INTO items VALUES (1, 'a;b');\nINSERT INTO items VALUES (2, '-- c');\n"
C = "ALTER TABLE items ADD COLUMN note TEXT DEFAULT 'x';\n"
UA, UB, UC = "DROP TABLE items;\n", "DELETE FROM items;\n", "ALTER TABLE items DROP COLUMN note;\n"
PLAN = ("%syntax-version=1.0.0\n%project=app\n\na 2021-04-01T12:00:01Z A <a@b> # first\n"
        "b [a] 2021-04-01T12:00:02Z A <a@b>\nc [b] 2021-04-01T12:00:03Z A <a@b>\n")


def sides(up, down, pattern):
    """{"1_a": …} for tools that keep up and down in files of their own."""
    files = {}
    for i, (name, text, undo) in enumerate((("a", A, UA), ("b", B, UB), ("c", C, UC)), 1):
        files[pattern.format(n=i, name=name, side=up)] = text
        files[pattern.format(n=i, name=name, side=down)] = undo
    return files


def both(head, middle, pattern):
    """For tools whose files have both parts."""
    return {pattern.format(n=i, name=name): head.format(n=i) + text + middle.format(n=i) + undo
            for i, (name, text, undo) in enumerate((("a", A, UA), ("b", B, UB), ("c", C, UC)), 1)}


def ups(pattern, head=""):
    return {pattern.format(n=i, name=name): head + text for i, (name, text) in enumerate((("a", A), ("b", B), ("c", C)), 1)}


TOOLS = {
    "native": both("-- migrate:up\n", "-- migrate:down\n", "{n}_{name}.sql"),
    "dbmate": both("-- migrate:up\n", "\n-- migrate:down\n", "2024010100000{n}_{name}.sql"),
    "goose": both("-- +goose Up\n-- +goose StatementBegin\n", "-- +goose StatementEnd\n-- +goose Down\n", "0000{n}_{name}.sql"),
    "golang-migrate": sides("up", "down", "00000{n}_{name}.{side}.sql"),
    "sqlx": sides("up", "down", "2024010100000{n}_{name}.{side}.sql"),
    "flyway": {**ups("sql/V{n}__{name}.sql"), "sql/U1__a.sql": UA, "sql/U2__b.sql": UB, "sql/U3__c.sql": UC},
    "tern": both("", "---- create above / drop below ----\n", "00{n}_{name}.sql"),
    "sqitch": {"sqitch.conf": "[core]\n engine = pg\n", "sqitch.plan": PLAN,
               "deploy/a.sql": "-- Deploy app:a\nBEGIN;\n" + A + "COMMIT;\n", "deploy/b.sql": "BEGIN;\n" + B + "COMMIT;\n",
               "deploy/c.sql": C, "revert/a.sql": "BEGIN;\n" + UA + "COMMIT;\n", "revert/b.sql": UB, "revert/c.sql": UC,
               "verify/a.sql": "BEGIN;\nSELECT id, name FROM items WHERE false;\nROLLBACK;\n", "verify/b.sql": "SELECT 1;\n",
               "verify/c.sql": "SELECT note FROM items;\n"},
    "supabase": ups("2024010100000{n}_{name}.sql"),
    "atlas": {**ups("2024010100000{n}_{name}.sql"), "atlas.sum": "h1:x=\n"},
    "liquibase": {"changelog.sql": "--liquibase formatted sql\n" + "".join(
        f"\n--changeset me:{n}\n{text}--rollback {undo}" for n, text, undo in (("a", A, UA), ("b", B, UB), ("c", C, UC)))},
    "refinery": ups("V{n}__{name}.sql"),
    "prisma": ups("2024010100000{n}_{name}/migration.sql"),
    "diesel": sides("up", "down", "2024-01-01-00000{n}_{name}/{side}.sql"),
}
HAS_DOWN = [tool for tool in TOOLS if tool not in ("supabase", "atlas", "refinery", "prisma")]


def lay_out(directory, tool):
    root = directory / tool
    for name, text in TOOLS[tool].items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o644)
    for path in (root, *root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    return str(root)


def rows(db):
    return db.sql("SELECT id, name, note FROM items ORDER BY id")


@pytest.mark.parametrize("tool", TOOLS)
def test_the_files_of(db, directory, tool):
    path = lay_out(directory, tool)
    applied = db.call("migrate_apply", path)
    assert [row["status"] for row in applied] == ["applied"] * 3, applied
    assert rows(db) == [(1, "a;b", "x"), (2, "-- c", "x")]
    assert db.call("migrate_apply", path) == []
    assert {row["state"] for row in db.call("migrate_status", path)} == {"applied"}


@pytest.mark.parametrize("tool", HAS_DOWN)
def test_the_undo_of(db, directory, tool):
    path = lay_out(directory, tool)
    db.call("migrate_apply", path)
    db.call("migrate_rollback", '{"steps": 1}')
    assert db.sql("SELECT id, name FROM items ORDER BY id") == [(1, "a;b"), (2, "-- c")]
    db.call("migrate_rollback", '{"steps": 2}')
    with db.fails(None, "items"):
        db.sql("SELECT * FROM items")
    db.call("migrate_apply", path)
    assert rows(db) == [(1, "a;b", "x"), (2, "-- c", "x")]


@pytest.mark.parametrize("tool", HAS_DOWN)
def test_the_redo_of(db, directory, tool):
    db.call("migrate_apply", lay_out(directory, tool))
    redone = db.call("migrate_redo", '{"steps": 3}')
    assert [row["status"] for row in redone] == ["rolled_back"] * 3 + ["applied"] * 3
    assert rows(db) == [(1, "a;b", "x"), (2, "-- c", "x")]
    assert db.call("migrate_redo", '{"steps": 1, "dry_run": true}')  # by the texts that the redo has stored


def test_verify_scripts_of_sqitch_are_left_out_when_asked(db, directory):
    """One that looks at what a later change deploys fails behind its own; sqitch runs them all at the end, if at all."""
    path = lay_out(directory, "sqitch")
    verify = directory / "sqitch" / "verify" / "a.sql"
    verify.write_text("SELECT note FROM items;\n")
    verify.chmod(0o644)
    with db.unchanged(), db.fails(None, "note", "verify/a.sql"):
        db.call("migrate_apply", path)
    assert [row["status"] for row in db.call("migrate_apply", path, '{"verify": false}')] == ["applied"] * 3
    assert rows(db) == [(1, "a;b", "x"), (2, "-- c", "x")]
    assert db.call("migrate_apply", path) == []
    with db.unchanged(), db.fails(None, "note", '"verify":false'):
        db.call("migrate_redo", '{"steps": 3}')
    assert len(db.call("migrate_redo", '{"steps": 3, "verify": false}')) == 6


def run(db, path, options="{}"):
    """migrate_run: a procedure in one engine, a scalar in the other."""
    if db.engine == "postgresql":
        return json.loads(db.one("CALL migrate_run(%s::text, %s::json)", (path, options)))
    return json.loads(db.value("migrate_run", path, options))


def test_migrate_run_leaves_verify_scripts_out_when_asked(db, directory):
    path = lay_out(directory, "sqitch")
    verify = directory / "sqitch" / "verify" / "a.sql"
    verify.write_text("SELECT note FROM items;\n")
    verify.chmod(0o644)
    with db.fails(None, "note", '"verify":false'):
        run(db, path)
    assert [row["status"] for row in run(db, path, '{"verify": false}')] == ["applied"] * 3
    with db.refuses("WB001", '"verify" has no meaning with the option "undo"'):
        run(db, None, '{"undo": true, "verify": false}')
    with db.refuses("WB001", '"on_error" has no meaning with a dry run of "undo"'):
        run(db, None, '{"undo": true, "dry_run": true, "on_error": "stop"}')


@pytest.mark.parametrize("way", ["baseline", "repair"])
def test_verify_scripts_of_sqitch_hold_by_running_however_they_were_recorded(db, directory, way):
    path = lay_out(directory, "sqitch")
    last = db.call("migrate_plan", path)[-1]["version"]
    if way == "baseline":
        db.script(A + B + C)
        db.call("migrate_baseline", last, json.dumps({"source": path}))
    else:
        db.call("migrate_apply", path)
        verify = directory / "sqitch" / "verify" / "c.sql"
        verify.write_text("SELECT note, name FROM items;\n")
        db.call("migrate_repair", last, json.dumps({"source": path}))
    assert len(db.call("migrate_redo", '{"steps": 3}')) == 6
    assert rows(db) == [(1, "a;b", "x"), (2, "-- c", "x")]


def apply(db, path, options="{}"):
    return db.call("migrate_apply", path, options)


@pytest.mark.parametrize("migrate", [apply, run])
def test_flyway_with_everything(db, directory, migrate):
    """Repeatable ones after the versioned ones, again when they change; callbacks around the run and each migration."""
    root = directory / "flyway-all"
    root.mkdir()
    root.chmod(0o755)

    def put(name, text):
        (root / name).write_text(text)
        (root / name).chmod(0o644)

    put("V1__a.sql", A + "CREATE TABLE calls (what TEXT);")
    put("V2__b.sql", B)
    put("R__names.sql", "DROP VIEW IF EXISTS names; CREATE VIEW names AS SELECT name FROM items;")
    put("afterEachMigrate.sql", "INSERT INTO calls VALUES ('each');")
    put("afterMigrate.sql", "INSERT INTO calls VALUES ('after');")
    first = migrate(db, str(root))
    assert [row["status"] for row in first] == ["applied"] * 3
    assert db.sql("SELECT name FROM names ORDER BY name") == [("-- c",), ("a;b",)]
    assert db.sql("SELECT what, count(*) FROM calls GROUP BY what ORDER BY what") == [("after", 1), ("each", 3)]
    assert migrate(db, str(root)) == []
    put("R__names.sql", "DROP VIEW IF EXISTS names; CREATE VIEW names AS SELECT id FROM items;")
    assert [row["description"] for row in migrate(db, str(root))] == ["names"]
    assert db.sql("SELECT id FROM names ORDER BY id") == [(1,), (2,)]


DIALECTS = ("postgresql", "sqlite", "mysql")


def lay_out_dialects(directory, one, other, common=None):
    """Files of three dialects; those of the others cannot run here, whichever it is."""
    texts = {"postgresql": "SELECT 1::int", "sqlite": "SELECT 1 IS 1", "mysql": "SELECT `1`::int"}
    files = {f"{dialect}/{name}": texts[dialect] for dialect in DIALECTS for name in (one, other)}
    for name, text in {**files, **(common or {})}.items():
        (directory / name).parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        (directory / name).write_text(text)


@pytest.mark.parametrize("one, other", [
    ("2018-01-14-171611_a/up.sql", "2018-02-17-205753_b/up.sql"),
    ("20180114171611_a/migration.sql", "20180217205753_b/migration.sql"),
    ("20180114171611_a.sql", "20180217205753_b.sql"),
    ("000001_a.up.sql", "000002_b.up.sql"),
    ("V1__a.sql", "V2__b.sql")])
def test_a_directory_for_each_dialect(db, directory, one, other):
    lay_out_dialects(directory, one, other)
    assert [row["description"] for row in db.call("migrate_apply", str(directory))] == ["a", "b"]


def test_a_directory_for_each_dialect_beside_a_common_one(db, directory):
    lay_out_dialects(directory, "V2__b.sql", "V4__d.sql",
                     {"common/V1__a.sql": "CREATE TABLE a (id INTEGER)", "common/V3__c.sql": "DROP TABLE a"})
    assert [row["description"] for row in db.call("migrate_apply", str(directory))] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("name", ["migration.sql", "up.sql"])
def test_directories_of_migrations_beside_another_file(db, directory, name):
    """As in a directory of Prisma, which has the file with first rows beside the migrations."""
    (directory / "squashed.sql").write_text("CREATE TABLE a (id INTEGER)")
    (directory / "migrations" / "1528395834_a").mkdir(mode=0o755, parents=True)
    (directory / "migrations").chmod(0o755)
    (directory / "migrations" / "1528395834_a" / name).write_text("CREATE TABLE a (id INTEGER)")
    assert [row["version"] for row in db.call("migrate_apply", str(directory))] == ["1528395834"]


def test_files_below_one_without_a_version_are_not_entered(db, directory):
    (directory / "schema.sql").write_text("CREATE TABLE a (id INTEGER)")
    (directory / "old").mkdir(mode=0o755)
    (directory / "old" / "001_a.up.sql").write_text("CREATE TABLE a (id INTEGER)")
    with db.refuses("WB010", "schema.sql"):
        db.call("migrate_apply", str(directory))


def test_a_blank_down_part_of_dbmate(db):
    files = json.dumps([{"name": "20240101000001_a.sql", "sql": "-- migrate:up\nCREATE TABLE IF NOT EXISTS a (id INT);\n\n-- migrate:down\n\n"}])
    for _ in range(2):
        assert len(db.call("migrate_apply", files, '{"form": "dbmate"}')) == 1
        assert [row["status"] for row in db.call("migrate_rollback")] == ["rolled_back"]
    db.call("migrate_apply", files)
    with db.refuses("WB017", "20240101000001_a.sql"):
        db.call("migrate_rollback")


def changelog(view, *more):
    sets = ("a:1\nCREATE TABLE a (id INTEGER, name TEXT);", "a:2 runOnChange:true\nDROP VIEW IF EXISTS v;\nCREATE VIEW v AS " + view + ";",
            "a:3\nCREATE TABLE b AS SELECT * FROM v;") + more
    return json.dumps([{"name": "a.sql", "sql": "--liquibase formatted sql\n" + "".join("--changeset " + one + "\n" for one in sets)}])


@pytest.mark.parametrize("migrate", [apply, run])
def test_what_liquibase_runs_on_change_has_its_place(db, migrate):
    one = "SELECT id FROM a"
    assert [row["version"] for row in migrate(db, changelog(one))] == ["1.1", "1.2", "1.3"]
    assert migrate(db, changelog(one)) == []
    both = changelog("SELECT id, name FROM a", "a:4\nCREATE TABLE c AS SELECT name FROM v;")
    assert migrate(db, both, '{"target": "1.1"}') == []
    assert [row["version"] for row in migrate(db, both, '{"steps": 1}')] == ["1.2"]
    assert [row["version"] for row in migrate(db, both)] == ["1.4"]
    assert {row["state"] for row in db.call("migrate_status", both)} == {"applied"}


def test_delimiters_of_liquibase(db):
    body = {"sqlite": "CREATE TRIGGER r AFTER INSERT ON a BEGIN\n  UPDATE a SET half = new.id\n/ 2;\nEND",
            "postgresql": "CREATE FUNCTION r() RETURNS integer LANGUAGE plpgsql AS $$BEGIN\n  RETURN 4\n/ 2;\nEND$$"}[db.engine]
    if db.engine == "sqlite":  # where the tool itself divides there
        body = body.replace("\n/ 2", " / 2")
    def files(delimiter, sign):
        return json.dumps([{"name": "a.sql", "sql": f"""--liquibase formatted sql
--changeset a:1 endDelimiter:{delimiter} rollbackEndDelimiter:"\\n{sign}"
CREATE TABLE a (id INTEGER, half INTEGER, note TEXT DEFAULT '
{sign}')
{sign}
{body};
{sign}
--rollback DROP {'TRIGGER r' if db.engine == 'sqlite' else 'FUNCTION r()'}
--rollback {sign}
--rollback DROP TABLE a
"""}])
    for delimiter, sign in (("/", "/"), ("//", "//"), ('"\\nGO"', "go"), ("@@", "@@")):
        [row] = db.call("migrate_apply", files(delimiter, sign))
        assert (row["version"], row["statements"]) == ("1.1", 2)
        db.sql("INSERT INTO a (id) VALUES (4)")
        assert db.sql("SELECT half FROM a" if db.engine == "sqlite" else "SELECT r()") == [(2,)]
        assert db.sql("SELECT note FROM a") == [("\n" + sign,)]
        assert [row["status"] for row in db.call("migrate_rollback")] == ["rolled_back"]
    with db.refuses("WB005", '"a.sql", line 2', "endDelimiter:$$"):
        db.call("migrate_apply", files("$$", "//"))


def test_a_migration_in_go(db, directory):
    (directory / "1510262030_a.up.sql").write_text("CREATE TABLE a (id INTEGER)")
    (directory / "migrations.up.go").write_text("package migrations")
    assert [row["version"] for row in db.call("migrate_status", str(directory))] == ["1510262030"]
    (directory / "1516643303_b.up.go").write_text("package migrations")
    with db.refuses("WB005", "1516643303_b.up.go", "written in Go"):
        db.call("migrate_apply", str(directory))


def test_two_of_one_version_are_told_with_their_directories(db, directory):
    for name in ("0/01_a.up.sql", "1/01_b.up.sql"):
        (directory / name).parent.mkdir(mode=0o755)
        (directory / name).write_text("CREATE TABLE a (id INTEGER)")
    with db.refuses("WB011", "0/01_a.up.sql", "1/01_b.up.sql"):
        db.call("migrate_apply", str(directory))


@pytest.mark.parametrize("name", ["migration.sql", "up.sql"])
def test_other_files_beside_those_of_flyway(db, directory, name):
    (directory / "V1__a.sql").write_text("CREATE TABLE a (id INTEGER)")
    (directory / "more").mkdir(mode=0o755)
    (directory / "more" / name).write_text("CREATE TABLE b (id INTEGER)")
    assert [row["version"] for row in db.call("migrate_apply", str(directory))] == ["1"]


@pytest.mark.parametrize("name", ["migration.sql", "up.sql"])
def test_a_directory_without_a_number(db, directory, name):
    """Prisma runs it and diesel refuses it: neither leaves it out."""
    for folder in ("20240101000001_a", "init"):
        (directory / folder).mkdir(mode=0o755)
        (directory / folder / name).write_text("CREATE TABLE %s (id INTEGER)" % folder.rpartition("_")[2])
    with db.refuses("WB010", f"init/{name}"):
        db.call("migrate_apply", str(directory))
    with db.refuses("WB010", f"init/{name}"):
        db.call("migrate_status", str(directory))
