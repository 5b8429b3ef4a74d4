"""The sample application: its migrations run unchanged on both engines and can be undone."""


def test_up_down_up(db, sample_migrations):
    empty = set(db.digests()) if db.engine == "postgresql" else set()
    applied = [row["version"] for row in db.call("migrate_apply", sample_migrations)]
    assert applied == ["001", "002", "003", "004", "005", "006", "007"]
    assert {row["state"] for row in db.call("migrate_status", sample_migrations)} == {"applied"}
    with db.refuses("WB017", "007"):
        db.call("migrate_rollback", '{"steps": 7}')
    db.script("DROP TABLE defaults; DELETE FROM schema_migrations WHERE version = '007';")
    undone = [row["version"] for row in db.call("migrate_rollback", '{"steps": 6}')]
    assert undone == ["006", "005", "004", "003", "002", "001"]
    assert set(db.digests()) == empty
    db.call("migrate_apply", sample_migrations)


def test_the_application_can_write(app):
    """Ids are given by the database, after those of the rows that were loaded."""
    last = app.one("SELECT max(id) FROM users")
    app.sql("INSERT INTO users (email, name) VALUES ('new@example.org', 'New')")
    assert app.one("SELECT id FROM users WHERE email = 'new@example.org'") == last + 1
    assert app.one("SELECT count(*) FROM logs") == 300
