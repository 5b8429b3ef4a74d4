"""Migrations that recreate tables keep the rows of the tables that refer to them, with foreign keys on and in the
caller's transaction too; and what breaks a reference is an error that leaves everything as it was."""

import json
import sqlite3

import pytest
from sqlite_database import apply, open_database, state

PARENTS = [f"parent_{n}" for n in range(10)]


def setting(db, name="foreign_keys"):
    return db.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.fixture(params=["ON", "OFF"])
def session(request, database):
    connection = open_database(database)
    connection.execute(f"PRAGMA foreign_keys = {request.param}")
    yield connection
    assert setting(connection) == (request.param == "ON")
    connection.close()


@pytest.fixture
def strict(db):
    db.execute("PRAGMA foreign_keys = ON")
    yield db
    assert setting(db) == 1


def run(db, script):
    """Like executescript(), which would commit first."""
    for statement in script.split(";"):
        db.execute(statement)


def fill(db):
    """Ten parents, each with children that follow it by every action there is."""
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    for parent in PARENTS:
        run(db, f"""
            CREATE TABLE {parent} (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, parent_id INTEGER REFERENCES {parent}(id) ON DELETE CASCADE);
            INSERT INTO {parent} VALUES (1, 'one', NULL), (2, 'two', 1), (3, 'three', 2);
            CREATE TABLE {parent}_cascade (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES "{parent.upper()}" (id) ON DELETE CASCADE);
            INSERT INTO {parent}_cascade VALUES (1, 1), (2, 1), (3, 2), (4, 3);
            CREATE TABLE {parent}_null (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES {parent} ON DELETE SET NULL);
            INSERT INTO {parent}_null VALUES (1, 1), (2, NULL);
            CREATE TABLE {parent}_restrict (id INTEGER PRIMARY KEY, owner TEXT REFERENCES {parent}(name) ON DELETE RESTRICT);
            INSERT INTO {parent}_restrict VALUES (1, 'two');
            CREATE TABLE {parent}_deferred (owner INTEGER PRIMARY KEY REFERENCES {parent}(id) DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID;
            INSERT INTO {parent}_deferred VALUES (1), (3);
            CREATE TABLE {parent}_grandchild (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES {parent}_cascade(id) ON DELETE CASCADE);
            INSERT INTO {parent}_grandchild VALUES (1, 1), (2, 4)""")
    db.execute("COMMIT")


def rows(db):
    names = [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'parent%' ORDER BY name")]
    return {name: [row[:3] for row in db.execute(f"SELECT * FROM {name}")] for name in names}


def rebuild(parent, style):
    """The files of the usual tools."""
    new = {"django": f"new__{parent}", "drizzle": f"__new_{parent}"}.get(style, f"new_{parent}")
    body = f"""CREATE TABLE "{new}" (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, parent_id INTEGER REFERENCES "{parent}"(id) ON DELETE CASCADE, extra TEXT);
        INSERT INTO "{new}" (id, name, parent_id) SELECT id, name, parent_id FROM "{parent}";
        DROP TABLE "{parent}";
        ALTER TABLE "{new}" RENAME TO "{parent}";"""
    return {
        "django": f"BEGIN; {body} CREATE INDEX {parent}_index ON {parent} (extra); COMMIT;",
        "prisma": f"-- RedefineTables\nPRAGMA defer_foreign_keys=ON;\nPRAGMA foreign_keys=OFF;\n{body}\nPRAGMA foreign_key_check;\nPRAGMA foreign_keys=ON;\nPRAGMA defer_foreign_keys=OFF;",
        "drizzle": f"PRAGMA foreign_keys=OFF;--> statement-breakpoint\n{body}--> statement-breakpoint\nPRAGMA foreign_keys=ON;",
        "plain": body,
        "schema": body.replace(f'DROP TABLE "{parent}"', f"DROP TABLE IF EXISTS main.[{parent}]"),
        "defer": f"PRAGMA defer_foreign_keys = ON; {body}",
        "legacy": f"""PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON;
            ALTER TABLE {parent} RENAME TO {parent}_old;
            CREATE TABLE {parent} (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, parent_id INTEGER REFERENCES {parent}(id) ON DELETE CASCADE, extra TEXT);
            INSERT INTO {parent} (id, name, parent_id) SELECT id, name, parent_id FROM {parent}_old;
            DROP TABLE {parent}_old;""",
        "emptied": f"PRAGMA foreign_keys = OFF; CREATE TABLE kept AS SELECT * FROM {parent}; DELETE FROM {parent}; ALTER TABLE {parent} ADD COLUMN extra TEXT; INSERT INTO {parent} SELECT *, NULL FROM kept; DROP TABLE kept;",
    }[style]


STYLES = ["django", "prisma", "drizzle", "plain", "schema", "defer", "legacy", "emptied"]


@pytest.mark.parametrize("begin", [None, "BEGIN", "BEGIN IMMEDIATE"])
@pytest.mark.parametrize("style", STYLES)
def test_ten_rebuilds_keep_every_row(session, style, begin):
    fill(session)
    before = rows(session)
    assert len(before) == 60
    if begin:
        session.execute(begin)
    applied = apply(session, *(rebuild(parent, style) for parent in PARENTS))
    assert [row["status"] for row in applied] == ["applied"] * 10
    assert rows(session) == before
    assert session.execute("PRAGMA foreign_key_check").fetchall() == []
    if begin:
        assert session.in_transaction
        session.execute("COMMIT")
    assert rows(session) == before
    assert "extra" in session.execute("SELECT sql FROM sqlite_schema WHERE name = 'parent_9'").fetchone()[0]
    assert setting(session, "defer_foreign_keys") == setting(session, "legacy_alter_table") == 0


@pytest.mark.parametrize("style", STYLES)
def test_undone_by_the_caller(strict, style):
    fill(strict)
    before = state(strict)
    strict.execute("BEGIN")
    apply(strict, *(rebuild(parent, style) for parent in PARENTS))
    strict.execute("ROLLBACK")
    assert state(strict) == before


@pytest.mark.parametrize("options", [{}, {"on_error": "stop"}, {"dry_run": True}])
@pytest.mark.parametrize("style", STYLES)
def test_a_failure_behind_the_rebuild(session, style, options):
    fill(session)
    before = rows(session)
    scripts = rebuild("parent_0", style), rebuild("parent_1", style).replace("COMMIT;", "") .replace("BEGIN;", "") + "\nINSERT INTO parent_1 (id, name) VALUES (1, 'again');"
    try:
        outcome = apply(session, *scripts, **options)
        assert [row["status"] for row in outcome] == ["applied", "failed"]
    except sqlite3.IntegrityError:
        assert options != {"on_error": "stop"}
    assert rows(session) == before


def test_up_and_down_and_up_again(strict):
    fill(strict)
    before = rows(strict)
    downs = [rebuild(parent, "plain").replace(", extra TEXT", "") for parent in PARENTS]
    scripts = [f"-- migrate:up\n{rebuild(parent, 'plain')}\n-- migrate:down\n{down}" for parent, down in zip(PARENTS, downs)]
    for _ in range(2):
        apply(strict, *scripts)
        assert rows(strict) == before
        strict.execute("SELECT migrate_rollback('{\"steps\": 10}')")
        assert rows(strict) == before
        assert "extra" not in strict.execute("SELECT sql FROM sqlite_schema WHERE name = 'parent_9'").fetchone()[0]


def test_parents_and_children_recreated_together(strict):
    fill(strict)
    before = rows(strict)
    apply(strict, rebuild("parent_0", "plain") + """
        CREATE TABLE new_child (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES parent_0(id) ON DELETE CASCADE, extra);
        INSERT INTO new_child SELECT *, 1 FROM parent_0_cascade;
        DROP TABLE parent_0_cascade;
        ALTER TABLE new_child RENAME TO parent_0_cascade""")
    after = rows(strict)
    assert [row[:2] for row in after.pop("parent_0_cascade")] == before.pop("parent_0_cascade")
    assert after == before


def test_a_real_delete_takes_the_children_along(strict):
    fill(strict)
    apply(strict, "DELETE FROM parent_0_deferred; DELETE FROM parent_0 WHERE name = 'three'", "DELETE FROM parent_1_restrict; DELETE FROM parent_1_deferred; DELETE FROM parent_1", rebuild("parent_0", "plain"))
    assert strict.execute("SELECT id FROM parent_0_cascade").fetchall() == [(1,), (2,), (3,)]
    assert strict.execute("SELECT count(*) FROM parent_0_grandchild").fetchone() == (1,)
    assert strict.execute("SELECT count(*) FROM parent_1_cascade").fetchone() == (0,)


@pytest.fixture
def small(strict):
    strict.executescript("""
        CREATE TABLE team (id INTEGER PRIMARY KEY);
        CREATE TABLE member (id INTEGER PRIMARY KEY, team_id INTEGER REFERENCES team(id) ON DELETE CASCADE);
        INSERT INTO team VALUES (1), (2);
        INSERT INTO member VALUES (10, 1), (11, 1), (12, 2), (13, NULL)""")
    return strict


REBUILD = "CREATE TABLE new_team (id INTEGER PRIMARY KEY, name); INSERT INTO new_team (id) SELECT id FROM team; DROP TABLE team; ALTER TABLE new_team RENAME TO team"


EMPTIED = REBUILD.replace("DROP", "DELETE FROM team; DROP")


@pytest.mark.parametrize("others", [0, 10])  # many run as parts of one savepoint
@pytest.mark.parametrize("begin", [None, "BEGIN"])
@pytest.mark.parametrize("script, words", [
    ("DROP TABLE team", ['"member" has 3 rows whose parent in "team" is missing', 'dropped the table "team"']),
    ("PRAGMA foreign_keys = OFF; DROP TABLE team", ['"member" has 3 rows']),
    (REBUILD.replace("FROM team;", "FROM team WHERE id = 1;"), ['"member" has 1 row whose parent in "team" is missing', "broke these references"]),
    ("PRAGMA foreign_keys = OFF; DELETE FROM team WHERE id = 2; PRAGMA foreign_keys = ON", ['"member" has 1 row']),
    ("PRAGMA foreign_keys = 0; INSERT INTO member VALUES (14, 99)", ['"member" has 1 row']),
    ("PRAGMA defer_foreign_keys = ON; INSERT INTO member VALUES (14, 99)", ['"member" has 1 row', "deferred"]),
    (EMPTIED, ['"member" lost 3 of its 4 rows while "team" was recreated']),
    (EMPTIED + "; ALTER TABLE team RENAME TO teams; ALTER TABLE member RENAME TO members", ['"members" lost 3 of its 4 rows while "teams" was recreated']),
    ("ALTER TABLE team RENAME TO old_team; CREATE TABLE team (id INTEGER PRIMARY KEY, name); INSERT INTO team (id) SELECT id FROM old_team; DROP TABLE old_team",
     ['"member" has 3 rows whose parent in "old_team" is missing', "rename the new one"]),
])
def test_what_would_lose_rows_or_break_references_is_refused(small, script, words, begin, others):
    before = state(small)
    if begin:
        small.execute(begin)
    with pytest.raises(sqlite3.Error) as caught:
        apply(small, "CREATE TABLE first (id)", script, *(f"CREATE TABLE other_{n} (id)" for n in range(others)))
    for word in ["WB038" if " lost " in words[0] else "WB027", 'migration "002_step.sql"', *words]:
        assert word in str(caught.value)
    assert small.in_transaction == bool(begin)
    assert state(small) == before
    if begin:
        small.execute("COMMIT")


def test_on_error_stop_keeps_the_earlier_ones(small):
    before = small.execute("SELECT * FROM member").fetchall()
    outcome = apply(small, "CREATE TABLE first (id)", "DROP TABLE team", on_error="stop")
    assert [row["status"] for row in outcome] == ["applied", "failed"]
    assert '"member" has 3 rows' in outcome[1]["error"]
    assert small.execute("SELECT * FROM member").fetchall() == before
    assert small.execute("SELECT count(*) FROM team").fetchone() == (2,)


@pytest.mark.parametrize("script", [
    "DROP TABLE team; DROP TABLE member",
    "DROP TABLE member; DROP TABLE team",
    "UPDATE member SET team_id = NULL; DROP TABLE team",
    "DROP TABLE team; ALTER TABLE member DROP COLUMN team_id",
    "DELETE FROM team; DROP TABLE team",
    "PRAGMA foreign_keys = OFF; INSERT INTO member VALUES (14, 3); INSERT INTO team VALUES (3)",
    "PRAGMA defer_foreign_keys = ON; INSERT INTO member VALUES (14, 3); INSERT INTO team VALUES (3)",
    "DELETE FROM team WHERE id = 2; " + REBUILD,
    "WITH gone AS (SELECT 2 AS id) DELETE FROM member WHERE team_id IN (SELECT id FROM gone); " + REBUILD,
])
def test_what_is_right_passes(small, script):
    assert apply(small, script)[0]["status"] == "applied"
    assert small.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("pragma", ["", "PRAGMA foreign_keys = OFF; "])
def test_what_was_broken_before_is_not_blamed_on_the_migration(small, pragma):
    small.execute("PRAGMA foreign_keys = OFF")
    small.execute("INSERT INTO member VALUES (20, 98), (21, 99)")
    small.execute("PRAGMA foreign_keys = ON")
    before = small.execute("SELECT * FROM member").fetchall()
    apply(small, pragma + REBUILD)
    assert small.execute("SELECT * FROM member").fetchall() == before
    with pytest.raises(sqlite3.Error, match='"member" has 3 rows.*\n.*broke 1 of them'):
        apply(small, pragma + REBUILD, pragma + "CREATE TABLE new_team (id INTEGER PRIMARY KEY); INSERT INTO new_team (id) SELECT id FROM team WHERE id <> 2; DROP TABLE team; ALTER TABLE new_team RENAME TO team")


def test_a_renamed_child_keeps_its_old_faults(small):
    small.execute("PRAGMA foreign_keys = OFF")
    small.execute("INSERT INTO member VALUES (20, 98)")
    small.execute("PRAGMA foreign_keys = ON")
    apply(small, "PRAGMA foreign_keys = OFF; ALTER TABLE member RENAME TO person")
    assert small.execute("SELECT count(*) FROM person").fetchone() == (5,)


def test_keys_that_do_not_fit_their_parent(small):
    small.execute("CREATE TABLE odd (team_name TEXT REFERENCES team(name))")  # no such column: SQLite cannot check it
    apply(small, REBUILD, "PRAGMA foreign_keys = OFF; " + REBUILD.replace(", name", ", title"))
    assert small.execute("SELECT count(*) FROM member").fetchone() == (4,)


def test_foreign_keys_hold_behind_the_pragma(small):
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        apply(small, "PRAGMA foreign_keys = OFF; PRAGMA foreign_keys = ON; INSERT INTO member VALUES (14, 99)")


def test_a_migration_may_switch_them_on_for_itself(db):
    db.executescript("CREATE TABLE team (id INTEGER PRIMARY KEY); CREATE TABLE member (team_id REFERENCES team)")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        apply(db, "PRAGMA main.foreign_keys(1); INSERT INTO member VALUES (1)")
    assert setting(db) == 0
    apply(db, "PRAGMA foreign_keys = yes; CREATE TABLE a (id)", "INSERT INTO member VALUES (1)")
    assert setting(db) == 0


def test_references_that_the_caller_left_open(small):
    small.execute("BEGIN")
    small.execute("PRAGMA defer_foreign_keys = ON")
    small.execute("INSERT INTO member VALUES (14, 3)")
    apply(small, "PRAGMA defer_foreign_keys = ON; " + REBUILD + "; PRAGMA defer_foreign_keys = OFF")
    assert setting(small, "defer_foreign_keys") == 1
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        small.execute("COMMIT")
    small.execute("INSERT INTO team (id) VALUES (3)")
    small.execute("COMMIT")
    assert small.execute("SELECT count(*) FROM member").fetchone() == (5,)


def test_the_pragma_only_asks(small):
    rows = json.loads(small.execute("SELECT migrate_apply(?)", (json.dumps([{"name": "1_a.sql", "sql": "PRAGMA foreign_keys; PRAGMA foreign_key_check; PRAGMA defer_foreign_keys"}]),)).fetchone()[0])
    assert rows[0]["statements"] == 3 and rows[0]["rows_affected"] == 0


@pytest.mark.parametrize("name", ["node", "'node'", "\"node\"", "[NODE]", "`node`", "main.'node'", "'main' . node"])
def test_however_the_parent_is_quoted(strict, name):
    strict.executescript("""CREATE TABLE node (id INTEGER PRIMARY KEY); INSERT INTO node VALUES (1), (2);
        CREATE TABLE kid (node REFERENCES node ON DELETE CASCADE); INSERT INTO kid VALUES (1), (2)""")
    apply(strict, f"CREATE TABLE new (id INTEGER PRIMARY KEY, x); INSERT INTO new (id) SELECT id FROM node; DROP TABLE {name}; ALTER TABLE new RENAME TO node")
    assert strict.execute("SELECT * FROM kid").fetchall() == [(1,), (2,)]


@pytest.mark.parametrize("name", ['"a""b"', "'a\"b'", '[a"b]', '`a"b`', '"A""B"'])
def test_a_parent_with_a_quote_in_its_name(strict, name):
    strict.executescript("""CREATE TABLE "a""b" (id INTEGER PRIMARY KEY); INSERT INTO "a""b" VALUES (1), (2);
        CREATE TABLE kid (id REFERENCES "a""b" ON DELETE CASCADE); INSERT INTO kid VALUES (1), (2)""")
    apply(strict, f"CREATE TABLE new AS SELECT * FROM {name}; DROP TABLE {name}; CREATE TABLE {name} (id INTEGER PRIMARY KEY, x); INSERT INTO {name} (id) SELECT id FROM new; DROP TABLE new")
    assert strict.execute("SELECT * FROM kid").fetchall() == [(1,), (2,)]


ACTIONS = ["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_parent_of_itself(strict, action):
    table = f"CREATE TABLE {{0}} (id INTEGER PRIMARY KEY, up INTEGER NOT NULL DEFAULT 9 REFERENCES {{0}} ON DELETE {action})"
    strict.executescript(table.format("node") + "; INSERT INTO node VALUES (1, 1), (2, 1), (3, 2)")
    rebuild_it = table.format("new") + "; INSERT INTO new SELECT * FROM node; DROP TABLE node; ALTER TABLE new RENAME TO node"
    apply(strict, rebuild_it)
    assert strict.execute("SELECT * FROM node").fetchall() == [(1, 1), (2, 1), (3, 2)]
    apply(strict, rebuild_it, "DROP TABLE node")
    assert strict.execute("PRAGMA table_list(node)").fetchall() == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_parent_and_then_its_child_that_refers_to_itself(strict, action):
    strict.executescript(f"""CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
        CREATE TABLE k (id INTEGER PRIMARY KEY, p REFERENCES p, up REFERENCES k ON DELETE {action}); INSERT INTO k VALUES (1, 1, NULL), (2, 1, 1)""")
    apply(strict, "DROP TABLE p; DROP TABLE k")
    assert strict.execute("SELECT name FROM sqlite_schema WHERE name IN ('p', 'k')").fetchall() == []


def test_open_references_go_with_their_table(strict):
    strict.execute("CREATE TABLE k (id INTEGER PRIMARY KEY, up REFERENCES k DEFERRABLE INITIALLY DEFERRED)")
    apply(strict, "INSERT INTO k VALUES (1, 9); DROP TABLE k")
    assert strict.execute("PRAGMA table_list(k)").fetchall() == []


@pytest.mark.parametrize("script", ["DROP TABLE p; ALTER TABLE k RENAME TO k2", "ALTER TABLE k RENAME TO 'k2'; DROP TABLE p; ALTER TABLE k2 RENAME TO k",
                                    "DROP TABLE p; ALTER TABLE k RENAME TO k2; ALTER TABLE main.\"K2\" RENAME TO k3", "PRAGMA foreign_keys = OFF; DROP TABLE p; ALTER TABLE k RENAME TO k2"])
def test_a_broken_child_that_gets_another_name(strict, script):
    strict.executescript("CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1); CREATE TABLE k (p REFERENCES p); INSERT INTO k VALUES (1)")
    before = state(strict)
    with pytest.raises(sqlite3.Error, match="WB027.*\"k[23]?\" has 1 row whose parent in \"p\" is missing"):
        apply(strict, script)
    assert state(strict) == before


def test_a_child_that_was_broken_before_may_get_another_name(strict):
    strict.executescript("PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE k (p REFERENCES p); INSERT INTO k VALUES (1); PRAGMA foreign_keys = ON")
    apply(strict, "CREATE TABLE p2 (id INTEGER PRIMARY KEY, x); DROP TABLE p; ALTER TABLE p2 RENAME TO p; ALTER TABLE k RENAME TO k2")
    assert strict.execute("SELECT * FROM k2").fetchall() == [(1,)]
