"""Rows that the target has already: skipped, updated, replaced, or an error; for each table by itself."""

import json

import pytest


@pytest.fixture
def shop(db):
    db.sql("CREATE TABLE users (id BIGINT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT DEFAULT 'nobody', note TEXT)")
    db.sql("CREATE TABLE orders (id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL REFERENCES users (id), total NUMERIC(10,2))")
    db.sql("CREATE TABLE visits (place TEXT, n BIGINT)")
    db.sql("INSERT INTO users VALUES (1, 'ada@x', 'Ada', 'first'), (2, 'bob@x', 'Bob', NULL)")
    db.sql("INSERT INTO orders VALUES (10, 1, 8.90)")
    return db


def load(db, document, **options):
    rows = db.call("import_json", document if isinstance(document, str) else json.dumps(document), json.dumps(options))
    return {row["table_name"]: row for row in rows}


def counts(row):
    names = ("read", "inserted", "updated", "unchanged", "skipped")
    assert row["read"] == sum(row[name] for name in names[1:])
    return tuple(row[name] for name in names)


def users(db):
    return db.sql("SELECT id, email, name, note FROM users ORDER BY id")


THREE = {"users": [{"id": 1, "email": "ada@y", "name": "Ada"}, {"id": 2, "email": "bob@x"}, {"id": 3, "email": "cyd@x"}]}


def test_error_is_what_happens_without_the_option(shop):
    for options in ({}, {"on_conflict": "error"}, {"on_conflict": {"*": "error"}}, {"on_conflict": {"users": "error"}}):
        with shop.refuses(("23505", None), "users", "row 1"):
            load(shop, THREE, **options)


def test_skip_leaves_what_is_there(shop):
    assert counts(load(shop, THREE, on_conflict="skip")["users"]) == (3, 1, 0, 0, 2)
    assert users(shop) == [(1, "ada@x", "Ada", "first"), (2, "bob@x", "Bob", None), (3, "cyd@x", "nobody", None)]


def test_skip_means_every_key(shop):
    document = {"users": [{"id": 7, "email": "ada@x"}, {"id": 8, "email": "dan@x"}, {"id": 9, "email": "dan@x"}]}
    assert counts(load(shop, document, on_conflict="skip")["users"]) == (3, 1, 0, 0, 2)
    assert [row[0] for row in users(shop)] == [1, 2, 8]


def test_update_changes_only_what_the_document_says(shop):
    assert counts(load(shop, THREE, on_conflict="update")["users"]) == (3, 1, 1, 1, 0)
    assert users(shop) == [(1, "ada@y", "Ada", "first"), (2, "bob@x", "Bob", None), (3, "cyd@x", "nobody", None)]
    assert counts(load(shop, THREE, on_conflict="update")["users"]) == (3, 0, 0, 3, 0)


def test_replace_gives_defaults_to_what_the_document_leaves_out(shop):
    assert counts(load(shop, THREE, on_conflict="replace")["users"]) == (3, 1, 2, 0, 0)
    assert users(shop) == [(1, "ada@y", "Ada", None), (2, "bob@x", "nobody", None), (3, "cyd@x", "nobody", None)]


def test_null_is_not_absent(shop):
    load(shop, {"users": [{"id": 1, "email": "ada@x", "name": None}]}, on_conflict="update")
    assert users(shop)[0] == (1, "ada@x", None, "first")


def test_own_export_again(shop):
    document = json.loads(shop.value("export_json"))
    for mode in ("update", "replace"):
        with shop.unchanged():
            rows = load(shop, document, on_conflict=mode, tables=["users", "orders"])
        assert counts(rows["users"]) == (2, 0, 0, 2, 0)
        assert counts(rows["orders"]) == (1, 0, 0, 1, 0)
    shop.sql("UPDATE users SET name = 'Eve', note = NULL WHERE id = 1")
    shop.sql("DELETE FROM orders")
    rows = load(shop, document, on_conflict="update")
    assert counts(rows["users"]) == (2, 0, 1, 1, 0)
    assert counts(rows["orders"]) == (1, 1, 0, 0, 0)
    assert users(shop)[0] == (1, "ada@x", "Ada", "first")


def test_each_table_by_itself(shop):
    document = {**THREE, "orders": [{"id": 10, "user_id": 3, "total": 1}, {"id": 11, "user_id": 1}]}
    rows = load(shop, document, on_conflict={"ord*": "skip", "*": "update"})
    assert counts(rows["users"]) == (3, 1, 1, 1, 0)
    assert counts(rows["orders"]) == (2, 1, 0, 0, 1)
    with shop.refuses(("23505", None), "orders"):
        load(shop, document, on_conflict={"users": "update", "*": "error"})


def test_the_option_is_checked(shop):
    with shop.refuses("WB001", "on_conflict", "skip"):
        load(shop, THREE, on_conflict="merge")
    with shop.refuses("WB001", "on_conflict"):
        load(shop, THREE, on_conflict={"users": "ignore"})
    with shop.refuses("WB001", "on_conflict"):
        load(shop, THREE, on_conflict=["skip"])
    with shop.refuses("WB022", "nothing"):
        load(shop, THREE, on_conflict={"nothing": "skip"})
    for rows in (0, -1, 10001):
        with shop.refuses("WB001", "batch_rows"):
            load(shop, THREE, batch_rows=rows)


def test_a_table_without_a_key_cannot_be_updated(shop):
    document = {"visits": [{"place": "a", "n": 1}]}
    with shop.refuses("WB001", "visits", "key"):
        load(shop, document, on_conflict="update")
    assert counts(load(shop, document, on_conflict="skip")["visits"]) == (1, 1, 0, 0, 0)
    assert counts(load(shop, document, on_conflict={"visits": "error", "*": "update"})["visits"]) == (1, 1, 0, 0, 0)


def test_a_unique_key_where_the_document_has_no_primary_key(db):
    db.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, n BIGINT)" if db.engine == "sqlite" else
           "CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, email TEXT NOT NULL UNIQUE, n BIGINT)")
    db.sql("INSERT INTO t (email, n) VALUES ('a', 1), ('b', 2)")
    rows = load(db, {"t": [{"email": "b", "n": 5}, {"email": "c", "n": 6}, {"email": "a", "n": 1}]}, on_conflict="update")
    assert counts(rows["t"]) == (3, 1, 1, 1, 0)
    assert db.sql("SELECT id, email, n FROM t ORDER BY id") == [(1, "a", 1), (2, "b", 5), (3, "c", 6)]


def test_a_key_of_two_columns(db):
    db.sql("CREATE TABLE t (a BIGINT, b TEXT, n NUMERIC(10,3), PRIMARY KEY (a, b))")
    db.sql("INSERT INTO t VALUES (1, 'x', 1.5), (1, 'y', 2), (2, 'x', 3)")
    rows = load(db, {"t": [{"n": 1.50, "b": "x", "a": 1}, {"a": 2, "b": "x", "n": 4}, {"a": 2, "b": "y", "n": 5}]},
                on_conflict="update")
    assert counts(rows["t"]) == (3, 1, 1, 1, 0)
    assert [tuple(map(str, row)) for row in db.sql("SELECT a, b, n * 1 FROM t WHERE a = 2 ORDER BY b")] in (
        [("2", "x", "4.000"), ("2", "y", "5.000")], [("2", "x", "4"), ("2", "y", "5")])


def test_many_rows(db):
    """More than one batch, inserts and updates mixed, matched with rows of every place."""
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT)")
    for id in range(0, 2000, 3):
        db.sql(f"INSERT INTO t VALUES ({id}, {id if id % 2 else -1})")
    document = {"t": [{"id": id, "n": id} for id in range(2000)]}
    for batch_rows in (7, 256, 1000):
        rows = load(db, document, on_conflict="update", dry_run=True, batch_rows=batch_rows)
        assert counts(rows["t"]) == (2000, 1333, 334, 333, 0)
    load(db, document, on_conflict="update")
    assert db.sql("SELECT count(*), sum(CASE WHEN id = n THEN 1 ELSE 0 END) FROM t") == [(2000, 2000)]


def test_a_dry_run_counts_and_changes_nothing(shop):
    with shop.unchanged():
        assert counts(load(shop, THREE, on_conflict="update", dry_run=True)["users"]) == (3, 1, 1, 1, 0)
        assert counts(load(shop, THREE, on_conflict="skip", dry_run=True)["users"]) == (3, 1, 0, 0, 2)


def test_clear_touches_no_table_that_is_not_in_the_file(shop):
    for mode in ("error", "skip", "update", "replace"):
        with shop.refuses(("23503", None)):
            load(shop, THREE, clear=True, on_conflict=mode)
    shop.sql("DELETE FROM orders")
    shop.sql("INSERT INTO visits VALUES ('a', 1)")
    rows = load(shop, THREE, clear=True, on_conflict="update")
    assert (rows["users"]["deleted"], *counts(rows["users"])) == (2, 3, 3, 0, 0, 0)
    assert shop.sql("SELECT n FROM visits") == [(1,)]


def test_a_row_that_breaks_a_constraint_is_named(shop):
    shop.sql("CREATE TABLE limits (id BIGINT PRIMARY KEY, n BIGINT CHECK (n < 10))")
    shop.sql("INSERT INTO limits VALUES (1, 1), (2, 2)")
    with shop.refuses(("23514", None), "limits", "row 3", "line 1"):
        load(shop, {"limits": [{"id": 1, "n": 1}, {"id": 5, "n": 5}, {"id": 2, "n": 99}]}, on_conflict="update")


def test_a_swap_of_unique_values(db):
    deferrable = "" if db.engine == "sqlite" else " DEFERRABLE"
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, place BIGINT UNIQUE)")
    db.sql("INSERT INTO t VALUES (1, 1), (2, 2)")
    document = {"t": [{"id": 1, "place": 2}, {"id": 2, "place": 1}]}
    with db.refuses(("23505", None), "row 1", "DEFERRABLE"):
        load(db, document, on_conflict="update")
    if not deferrable:
        return
    for kind in (deferrable, " DEFERRABLE INITIALLY DEFERRED"):
        db.sql("DROP TABLE t")
        db.sql(f"CREATE TABLE t (id BIGINT PRIMARY KEY, place BIGINT UNIQUE{kind})")
        db.sql("INSERT INTO t VALUES (1, 1), (2, 2)")
        assert counts(load(db, document, on_conflict="update")["t"]) == (2, 0, 2, 0, 0)
        assert db.sql("SELECT id, place FROM t ORDER BY id") == [(1, 2), (2, 1)]
        rows = load(db, {"t": [{"id": 3, "place": 2}, {"id": 2, "place": 9}, {"id": 4, "place": 4}]}, on_conflict="skip")
        assert counts(rows["t"]) == (3, 1, 0, 0, 2)


def test_rows_that_reference_each_other(db):
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES t (id))")
    db.sql("INSERT INTO t VALUES (1, NULL), (2, 1)")
    rows = load(db, {"t": [{"id": 2, "parent": 9}, {"id": 9, "parent": 8}, {"id": 8, "parent": 1}]}, on_conflict="update")
    assert counts(rows["t"]) == (3, 2, 1, 0, 0)


def test_volatile_columns_make_no_difference(db):
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT, seen TEXT)")
    db.sql("INSERT INTO t VALUES (1, 1, 'old'), (2, 2, 'old')")
    db.value("rule_add", "volatile", "t", "seen")
    document = {"t": [{"id": 1, "n": 1, "seen": "new"}, {"id": 2, "n": 3, "seen": "new"}]}
    assert counts(load(db, document, on_conflict="update")["t"]) == (2, 0, 1, 1, 0)
    assert db.sql("SELECT n, seen FROM t ORDER BY id") == [(1, "old"), (3, "new")]


def test_logs_stay_out(shop):
    shop.value("rule_add", "log", "orders", None)
    document = {**THREE, "orders": [{"id": 12, "user_id": 1}]}
    assert set(load(shop, document, on_conflict="skip")) == {"users"}
    assert set(load(shop, document, on_conflict="skip", include_logs=True)) == {"users", "orders"}
    assert set(load(shop, document, on_conflict="skip", tables=["orders"])) == {"orders"}


def test_identities_go_on_above(db):
    db.sql("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n BIGINT)" if db.engine == "sqlite" else
           "CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n BIGINT)")
    db.sql("INSERT INTO t (n) VALUES (1), (2)")
    with db.unchanged():
        load(db, {"t": [{"id": 1, "n": 5}, {"n": 6}, {"id": 40, "n": 7}]}, on_conflict="update", dry_run=True)
    rows = load(db, {"t": [{"id": 1, "n": 5}, {"n": 6}, {"id": 40, "n": 7}]}, on_conflict="update")
    assert counts(rows["t"]) == (3, 2, 1, 0, 0)
    db.sql("INSERT INTO t (n) VALUES (8)")
    assert db.sql("SELECT id, n FROM t ORDER BY id") == [(1, 5), (2, 2), (40, 7), (41, 6), (42, 8)]


def test_secrets_stay(shop):
    shop.value("rule_add", "secret", "users", "note")
    rows = [{"id": 1, "email": "ada@y", "name": "Ada", "note": {"$secret": None}}, {"id": 3, "email": "c", "note": {"$secret": None}}]
    for mode in ("update", "replace"):
        load(shop, {"users": rows}, on_conflict=mode)
        assert users(shop)[0] == (1, "ada@y", "Ada", "first")
        assert users(shop)[2] == (3, "c", "nobody", None)
        load(shop, {"users": [{"id": 1, "email": mode, "name": "Ada"}]}, on_conflict=mode)
        assert users(shop)[0] == (1, mode, "Ada", "first")
    with shop.refuses(("23502", "WB024", None), "email"):
        load(shop, {"users": [{"id": 9, "email": {"$secret": None}}]})
    with shop.refuses("WB028", "$secret"):
        load(shop, {"users": [{"id": 9, "email": {"$secret": "x"}}]})


@pytest.mark.parametrize("type", ["TEXT", "JSON", "JSONB"])
@pytest.mark.parametrize("form", ["omit", "redact"])
@pytest.mark.parametrize("mode", ["update", "replace"])
def test_secrets_inside_documents_stay(db, type, form, mode):
    db.script(f"CREATE TABLE settings (id BIGINT NOT NULL PRIMARY KEY, doc {type}, note TEXT)")
    documents = [{"auth": {"url": "u", "key": "k1"}, "list": [{"n": 1, "key": "k2"}, {"key": "k3"}]}, {"key": "k4"}, [], None]
    put = lambda number, value: db.sql(f"INSERT INTO settings VALUES ({number}, {'NULL' if value is None else chr(39) + json.dumps(value) + chr(39)}, 'n')")
    for number, value in enumerate(documents):
        put(number, value)
    db.value("rule_add", "secret", "settings", "doc", '{"path": "$..key"}')
    before = db.sql("SELECT * FROM settings ORDER BY id")
    text = db.value("export_json", json.dumps({"secrets": form}))
    counts = load(db, text, on_conflict=mode)["settings"]
    assert (counts["unchanged"], counts["updated"]) == (4, 0)
    assert db.sql("SELECT * FROM settings ORDER BY id") == before
    # Others change what is around the secrets, and those in the meantime.
    db.sql("UPDATE settings SET note = 'x', doc = '{\"key\": \"k5\", \"gone\": 1}' WHERE id = 1")
    db.sql("DELETE FROM settings WHERE id = 0")
    counts = load(db, text, on_conflict=mode)["settings"]
    assert (counts["unchanged"], counts["updated"], counts["inserted"]) == (2, 1, 1)
    stored = [json.loads(row[0]) for row in db.sql("SELECT doc FROM settings WHERE id < 2 ORDER BY id")]
    lost = {"key": None} if form == "redact" else {}
    assert stored == [{"auth": {"url": "u", **lost}, "list": [{"n": 1, **lost}, lost]}, {"key": "k5"}]


@pytest.mark.parametrize("form", ["omit", "redact"])
def test_new_rows_without_secrets_inside_documents(db, new_db, form):
    """The database that gets them knows no rule; it is told how many rows there are."""
    create = "CREATE TABLE settings (id BIGINT NOT NULL PRIMARY KEY, doc JSON)"
    db.script(create + "; INSERT INTO settings VALUES (1, '{\"a\": 1, \"key\": 2}'), (2, NULL)")
    db.value("rule_add", "secret", "settings", "doc", '{"path": "$.key"}')
    text = db.value("export_json", json.dumps({"secrets": form}))
    target = new_db()
    target.script(create)
    warnings = [row for row in target.call("import_validate", text) if row["severity"] == "warning"]
    assert [row["message"] for row in warnings] == ["path $.key is secret: 2 new rows will have nothing there"]
    load(target, text)
    if target.engine == "postgresql":
        assert any('1 new row came without what is secret inside documents: "doc" $.key' in notice for notice in target.connection.notices)
    assert json.loads(target.one("SELECT doc FROM settings WHERE id = 1")) == ({"a": 1, "key": None} if form == "redact" else {"a": 1})
    assert all(row["matches"] for row in target.call("data_verify", text))


@pytest.mark.parametrize("mode", ["skip", "update", "replace"])
def test_a_row_that_stands_twice_is_an_error_whatever_is_there(db, mode):
    db.sql("CREATE TABLE t (id integer PRIMARY KEY, v text)")
    db.sql("INSERT INTO t VALUES (1, 'old')")
    document = '{"t": [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 1, "v": "c"}]}'
    with db.refuses("WB025", '"t"', "row 3", "same key as row 1"):
        db.call("import_json", document, json.dumps({"on_conflict": mode}))


def spelled(db):
    """A table whose key takes texts for the same that differ in case."""
    kind = "TEXT COLLATE NOCASE"
    if db.engine == "postgresql":
        db.script("CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
        kind = "text COLLATE any_case"
    db.script(f"CREATE TABLE people (name {kind} NOT NULL PRIMARY KEY, age INTEGER DEFAULT 7); INSERT INTO people VALUES ('ada', 1), ('bo', 2)")


@pytest.mark.parametrize("mode", ["update", "replace"])
@pytest.mark.parametrize("collect", [False, True])
def test_a_key_that_is_spelled_otherwise(db, mode, collect):
    spelled(db)
    more = {"on_error": "collect"} if collect else {}
    document = {"people": [{"name": "ADA", "age": 1}, {"name": "bo", "age": 2}]}
    assert counts(load(db, document, on_conflict=mode, **more)["people"]) == (2, 0, 1, 1, 0)
    assert all(row["matches"] for row in db.call("data_verify", json.dumps(document)))
    assert counts(load(db, {"people": [{"name": "Ada"}]}, on_conflict=mode, **more)["people"]) == (1, 0, 1, 0, 0)
    assert db.sql("SELECT * FROM people ORDER BY 1") == [("Ada", 1 if mode == "update" else 7), ("bo", 2)]
    assert counts(load(db, {"people": [{"name": "ADA", "age": 3}]}, on_conflict="skip")["people"]) == (1, 0, 0, 0, 1)


@pytest.mark.parametrize("mode", ["update", "replace"])
@pytest.mark.parametrize("names", [("ada", "Ada"), ("Ada", "ada"), ("Ada", "ADA")])
@pytest.mark.parametrize("collect", [{}, {"on_error": "collect", "batch_rows": 1}])
def test_two_rows_of_the_document_that_are_one_of_the_database(db, mode, names, collect):
    """Not even where many rows stand between them."""
    spelled(db)
    for between in (0, 3000):
        rows = [{"name": names[0], "age": 5}, *({"name": f"x{number}", "age": 1} for number in range(between)), {"name": names[1], "age": 6}]
        with db.refuses("WB025", 'table "people": two rows of the document are one row of the database, by (name)'):
            load(db, {"people": rows}, on_conflict=mode, **collect)
