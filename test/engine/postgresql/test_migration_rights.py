"""Plain roles: one that may only see the status, one that may only apply, one that may undo. The grants are those of
docs/migrations.md, which are enough, and no more than needed."""

import json

import pytest
from migrations import source

FILES = source(_001_items="-- migrate:up\nCREATE TABLE rights.items (id INT PRIMARY KEY);\n-- migrate:down\nDROP TABLE rights.items;\n",
               _002_more="-- migrate:up\nALTER TABLE rights.items ADD note TEXT;\n-- migrate:down\nALTER TABLE rights.items DROP note;\n")
CHANGED = FILES.replace("note TEXT", "note VARCHAR(9)")
ROLES = ("whimbrel_reader", "whimbrel_applier", "whimbrel_undoer")
APPLY = "GRANT SELECT, INSERT, UPDATE ON schema_migrations TO {0}; GRANT SELECT, INSERT ON migration_log TO {0}; GRANT SELECT ON migration_sources TO {0};"


@pytest.fixture
def roles(postgresql):
    db = postgresql
    for role in ROLES:
        db.script(f"DROP ROLE IF EXISTS {role}; CREATE ROLE {role}")
    db.script("CREATE SCHEMA rights; GRANT ALL ON SCHEMA rights TO whimbrel_applier, whimbrel_undoer;")
    db.script(APPLY.format("whimbrel_applier"))
    db.script(APPLY.format("whimbrel_undoer") + "GRANT DELETE ON schema_migrations TO whimbrel_undoer")
    db.script("GRANT whimbrel_applier TO whimbrel_undoer")
    yield db
    db.script("RESET ROLE; DROP SCHEMA rights CASCADE")
    for role in ROLES:
        db.script(f"DROP OWNED BY {role}; DROP ROLE {role}")


def states(db, files):
    return [(row["version"], row["state"]) for row in db.call("migrate_status", files)]


def test_who_may_only_see_the_status(roles):
    db = roles
    db.call("migrate_apply", FILES)
    db.script("SET ROLE whimbrel_reader")
    assert states(db, FILES) == [("001", "applied"), ("002", "applied")]
    assert "2 applied" in db.value("migrate_report", FILES)
    row = db.call("migrate_status", CHANGED)[1]
    assert (row["state"], row["note"]) == ("changed", "its text differs from the one that was applied")
    assert [(row["file"], row["code"]) for row in db.call("migrate_validate", CHANGED) if row["severity"] == "error"] == [("002_more.sql", "WB012")]
    with db.fails("WB012", "002_more.sql"):
        db.call("migrate_plan", CHANGED)
    for text in ("SELECT up_sql FROM schema_migrations", "SELECT * FROM migration_sources", "SELECT * FROM migrate_history()",
                 "SELECT migrate_sql('001')", "DELETE FROM schema_migrations", "UPDATE schema_migrations SET checksum = ''",
                 "INSERT INTO migration_log (log_id, action, outcome) VALUES (9, 'a', 'b')"):
        with db.fails("42501"):
            db.sql(text)
    for function, *arguments in (("migrate_apply", source(_003_x="SELECT 1")), ("migrate_rollback",), ("migrate_redo",),
                                 ("migrate_baseline", "009"), ("migrate_repair", "001", '{"forget": true}')):
        with db.fails("42501"):
            db.call(function, *arguments)
    db.script("RESET ROLE")
    assert len(db.call("migrate_history")) == 2


def test_who_may_only_apply(roles):
    db = roles
    db.script("SET ROLE whimbrel_applier")
    assert len(db.call("migrate_apply", FILES)) == 2
    assert [row["state"] for row in db.call("migrate_status", CHANGED)] == ["applied", "changed"]
    assert {row["executed_by"] for row in db.call("migrate_history")} == {"whimbrel_applier"}
    for function, *arguments in (("migrate_rollback",), ("migrate_redo",), ("migrate_repair", "001", '{"forget": true}')):
        with db.fails("42501", "schema_migrations"):
            db.call(function, *arguments)
    for text in ("DELETE FROM migration_log", "UPDATE migration_log SET executed_by = 'somebody'", "DELETE FROM schema_migrations",
                 "TRUNCATE migration_log", "INSERT INTO migration_sources (version, up_sql) VALUES ('1', '')"):
        with db.fails("42501"):
            db.sql(text)


@pytest.mark.parametrize("table, right", [("schema_migrations", "INSERT"), ("migration_log", "INSERT"), ("migration_log", "SELECT")])
def test_each_right_of_an_applier_is_needed(roles, table, right):
    db = roles
    db.script(f"REVOKE {right} ON {table} FROM whimbrel_applier; SET ROLE whimbrel_applier")
    with db.refuses("42501", table):
        db.call("migrate_apply", FILES)


def test_a_row_that_is_there_already_needs_the_right_to_change_it(roles):
    db = roles
    db.script("REVOKE UPDATE ON schema_migrations FROM whimbrel_applier; SET ROLE whimbrel_applier")
    view = "-- migrate:up repeat:on-change\nCREATE OR REPLACE VIEW rights.v AS SELECT {};"
    db.call("migrate_apply", source(_003_view=view.format(1)))
    itself = "INSERT INTO schema_migrations (version, description) VALUES ('004', 'itself')"
    for files in (source(_003_view=view.format(2)), source(_004_itself=itself)):
        with db.refuses("42501", "schema_migrations"):
            db.call("migrate_apply", files)


def test_who_may_run(roles):
    """Steps without a transaction too, whose worker has the caller's rights and no others."""
    db = roles
    files = source(_001_items="-- migrate:up\nCREATE TABLE rights.items (id INT PRIMARY KEY, name text);",
                   _002_index="-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY items_name ON rights.items (name);")
    db.script("SET ROLE whimbrel_applier")
    with db.fails("42501", "migration_journal"):
        db.sql("CALL migrate_run(%s::json)", (files,))
    db.script("RESET ROLE; GRANT SELECT, INSERT, UPDATE, DELETE ON migration_journal TO whimbrel_applier;"
              "CREATE TABLE others (id int); SET ROLE whimbrel_applier")
    db.sql("CALL migrate_run(%s::json)", (files,))
    assert states(db, files) == [("001", "applied"), ("002", "applied")]
    assert db.one("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'items_name'") == "whimbrel_applier"
    more = source(_003_others="-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY others_id ON others (id);")
    with db.fails("42501", "others"):
        db.sql("CALL migrate_run(%s::json)", (more,))


def test_who_may_undo(roles):
    db = roles
    db.script("SET ROLE whimbrel_applier")
    db.call("migrate_apply", FILES)
    db.script("RESET ROLE; SET ROLE whimbrel_undoer")
    assert [row["status"] for row in db.call("migrate_rollback", '{"steps": 2}')] == ["rolled_back", "rolled_back"]
    for text in ("DELETE FROM migration_log", "UPDATE migration_log SET executed_by = 'somebody'"):
        with db.fails("42501"):
            db.sql(text)


def test_every_function_runs_with_the_rights_of_its_caller(postgresql):
    assert postgresql.one("""SELECT count(*) FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass
                             AND d.deptype = 'e' WHERE prosecdef""") == 0


def test_the_log_has_the_settings(postgresql):
    db = postgresql
    db.script("SET lock_timeout = '3s'; SET TimeZone = 'Asia/Tokyo'")
    db.call("migrate_apply", source(_001_a="SELECT 1"))
    settings = json.loads(db.call("migrate_history")[0]["settings"])
    assert (settings["lock_timeout"], settings["TimeZone"], settings["standard_conforming_strings"]) == ("3s", "Asia/Tokyo", "on")
    assert settings["role"] == "none" and "public" in settings["search_path"]
