"""Many migrations in one call: what one sets for itself is not there for the next, and what sequences gave stays."""

import pytest
from migrations import source


def many(**others):
    return source(**({f"_{n:02}_table": f"CREATE TABLE made_{n} (id INT)" for n in range(1, 21)} | others))


@pytest.fixture
def database(postgresql):
    postgresql.script("CREATE SCHEMA elsewhere; CREATE TABLE settings (name TEXT, value TEXT)")
    return postgresql


# A statement that calls a function runs in a savepoint of its own: this one must not be in the way.
SEEN = ("CREATE VIEW seen AS SELECT current_setting('search_path') AS path, current_setting('work_mem') AS memory, current_user::text AS who;"
        "INSERT INTO settings SELECT 'path', path FROM seen; INSERT INTO settings SELECT 'memory', memory FROM seen; INSERT INTO settings SELECT 'who', who FROM seen")


def test_settings_end_with_their_migration(database):
    path, memory, who = database.sql("SELECT current_setting('search_path'), current_setting('work_mem'), current_user::text")[0]
    script = "SET search_path = elsewhere; SET LOCAL work_mem = '1MB'; SET ROLE pg_monitor"
    rows = database.call("migrate_apply", many(_09_table=script, _10_table=SEEN))
    assert {row["status"] for row in rows} == {"applied"}
    assert dict(database.sql("SELECT name, value FROM settings")) == {"path": path, "memory": memory, "who": who}
    assert database.sql("SELECT current_setting('search_path'), current_setting('work_mem'), current_user::text") == [(path, memory, who)]
    assert database.one("SELECT count(*) FROM pg_class WHERE relname LIKE 'made_%' AND relnamespace = 'elsewhere'::regnamespace") == 0


def test_settings_hold_within_their_migration(database):
    database.call("migrate_apply", many(_09_table="SET search_path = elsewhere; CREATE TABLE there (id INT)"))
    assert database.one("SELECT count(*) FROM elsewhere.there") == 0


def test_settings_after_a_failure(database):
    database.sql("SET work_mem = '3MB'")
    with database.refuses("42P01", 'migration "12_table.sql"'):
        database.call("migrate_apply", many(_09_table="SET work_mem = '2MB'", _12_table="SET work_mem = '1MB'; SET search_path = elsewhere; DROP TABLE nowhere"))
    assert database.one("SHOW work_mem") == "3MB"


def test_sequences_after_a_failure(database):
    database.script("CREATE TABLE counted (id SERIAL, name TEXT); INSERT INTO counted (name) VALUES ('one')")
    with database.refuses("42P01", 'migration "12_table.sql"'):
        database.call("migrate_apply", many(_09_table="INSERT INTO counted (name) VALUES ('two')", _12_table="DROP TABLE nowhere"))
    assert database.one("SELECT last_value FROM counted_id_seq") == 1


def test_a_deferred_check_waits_for_the_end_of_its_migration(database):
    database.script("CREATE TABLE parent (id INT PRIMARY KEY); CREATE TABLE child (id INT REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
    with database.refuses("23503", '"03_table.sql"'):
        database.call("migrate_apply", many(_03_table="INSERT INTO child VALUES (1)", _15_table="INSERT INTO parent VALUES (1)"))
    rows = database.call("migrate_apply", many(_03_table="INSERT INTO child VALUES (1); INSERT INTO parent VALUES (1)"))
    assert len(rows) == 20


def test_the_locks_of_many(postgresql):
    """A call is one transaction, and the server has no room for all of its locks; migrate_run takes one for each."""
    db = postgresql
    count, each = 60, 100
    text = "-- migrate:up\nDO $$ BEGIN FOR i IN 1..%d LOOP EXECUTE format('CREATE TABLE made_%d_%%s (id INT)', i); END LOOP; END $$;\n-- migrate:down\nDO $$ BEGIN FOR i IN 1..%d LOOP EXECUTE format('DROP TABLE made_%d_%%s', i); END LOOP; END $$;\n"
    files = source(**{f"_{n:03}_made": text % (each, n, each, n) for n in range(1, count + 1)})
    applies = ("max_locks_per_transaction", "Or let migrate_run(...) apply them")
    with db.refuses("53200", "out of shared memory", *applies):
        db.call("migrate_apply", files)
    with db.refuses("53200", *applies, 'the option "steps" has it try fewer'):
        db.call("migrate_apply", files, '{"dry_run": true}')
    found = [row for row in db.call("migrate_validate", files, '{"level": "execute"}') if row["code"] == "53200"]
    assert len(found) == 1 and applies[1] in found[0]["hint"] and "steps" in found[0]["hint"]
    db.sql("CALL migrate_run(%s::json)", (files,))
    assert db.one("SELECT count(*) FROM schema_migrations") == count
    with db.fails("53200", "max_locks_per_transaction", """Or let migrate_run(NULL, '{"undo": true}') undo them"""):
        db.call("migrate_rollback", '{"steps": 60}')
    # One alone needs too many: there is no such way.
    alone = source(_999_many=text % (count * each, 0, 1, 0))
    with db.fails("53200") as failure:
        db.call("migrate_apply", alone)
    assert "migrate_run" not in failure.text
