"""Imports with new ids that leave rows out: no reference leads to the id that such a row would have got."""
import json
import random
import time

import pytest

SCHEMA = """CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, buyer INTEGER NOT NULL REFERENCES users (id), code VARCHAR(9) UNIQUE CHECK (code <> 'bad'));
CREATE TABLE notes (id INTEGER PRIMARY KEY, about INTEGER%s, doc %s);
INSERT INTO users VALUES (50, 'here'); INSERT INTO orders VALUES (50, 50, 'taken');"""


def run_import(db, tables, **options):
    rows = db.call("import_json", json.dumps(tables), json.dumps({"preserve_ids": False, **options}))
    bad = [(row["table_name"], row["row_number"], row["error"]) for row in rows if row.get("error")]
    return {row["table_name"]: row for row in rows if not row.get("error")}, bad


def rule(db, table, column, **options):
    db.sql(f"SELECT rule_add('reference', '{table}', '{column}', '{json.dumps(options)}')")


@pytest.fixture(params=["rule", "key"])
def shop(request, db):
    """`notes` comes before `orders` by its name, and after it by what it names."""
    key = request.param == "key"
    db.script(SCHEMA % (" REFERENCES orders (id)" if key else "", "jsonb" if db.engine == "postgresql" else "JSON"))
    if not key:
        rule(db, "notes", "about", target_table="orders")
    rule(db, "notes", "doc", path="$.order", target_table="orders")
    return db


def tables(buyer=1, code="new"):
    """Order 2 is the one that is left out."""
    return {"users": [{"id": 1, "name": "u"}], "orders": [{"id": 1, "buyer": 1, "code": "good"}, {"id": 2, "buyer": buyer, "code": code}],
            "notes": [{"id": 5, "about": 2, "doc": {"order": 1}}, {"id": 6, "about": 1, "doc": {"order": 2}}, {"id": 7, "about": 1, "doc": {"order": 1}}]}


def notes(db):
    return [(about, json.loads(doc)["order"]) for about, doc in db.sql("SELECT about, doc FROM notes ORDER BY id")]


def orders(db):
    return dict(db.sql("SELECT code, id FROM orders"))


def test_who_names_a_row_without_its_parent_is_left_out_too(shop):
    done, _ = run_import(shop, tables(buyer=99), missing_references="skip", strict=True)
    assert orders(shop) == {"taken": 50, "good": 51} and notes(shop) == [(51, 51)]
    assert (done["orders"]["skipped"], done["notes"]["inserted"], done["notes"]["skipped"]) == (1, 1, 2)


def test_rows_that_clash_are_not_named(shop):
    clashing = tables(code="taken")
    with shop.refuses("WB027", "row 1", "\"about\"", "row 2", "$.order", "2 is a row of table \"orders\" that this import leaves out"):
        run_import(shop, clashing, on_conflict="skip")
    done, _ = run_import(shop, clashing, on_conflict="skip", missing_references="skip")
    assert notes(shop) == [(51, 51)] and (done["orders"]["skipped"], done["notes"]["skipped"]) == (1, 2)


def test_references_to_rows_that_clash_become_null(shop):
    run_import(shop, tables(code="taken"), on_conflict="skip", missing_references="null")
    assert orders(shop) == {"taken": 50, "good": 51} and notes(shop) == [(None, 51), (51, None), (51, 51)]


@pytest.mark.parametrize("batch_rows", [1, 2, 256])
@pytest.mark.parametrize("row", [{"code": "bad"}, {"buyer": 99}, {"buyer": None}])
def test_who_names_a_bad_row_is_bad(shop, row, batch_rows):
    done, bad = run_import(shop, tables(**row), on_error="collect", batch_rows=batch_rows)
    assert sorted(one[:2] for one in bad) == [("notes", 1), ("notes", 2), ("orders", 2)]
    assert all("is a row of table \"orders\" that this import leaves out" in error for table, _, error in bad if table == "notes")
    assert orders(shop) == {"taken": 50, "good": 51} and notes(shop) == [(51, 51)]
    assert (done["orders"]["inserted"], done["orders"]["skipped"], done["notes"]["inserted"]) == (1, 0, 1)


def test_missing_references_are_collected_with_their_numbers(shop):
    rows = [{"id": number, "buyer": 99 if number % 3 == 0 else 1, "code": "bad" if number == 7 else str(number)} for number in range(1, 13)]
    done, bad = run_import(shop, {"users": [{"id": 1, "name": "u"}], "orders": rows}, on_error="collect", batch_rows=5)
    assert sorted(one[1] for one in bad) == [3, 6, 7, 9, 12] and done["orders"]["inserted"] == 7
    assert "column \"buyer\": (99) is no row of table \"users\"" in dict((number, error) for _, number, error in bad)[3]


def test_an_error_names_the_row_behind_those_that_were_left_out(shop):
    rows = [{"id": 1, "buyer": 99, "code": "a"}, {"id": 2, "buyer": 50, "code": "b"}, {"id": 3, "buyer": 50, "code": "bad"}]
    with shop.refuses(None, "table \"orders\", row 3"):
        run_import(shop, {"users": [], "orders": rows}, missing_references="skip")


@pytest.fixture(params=["rule", "key"])
def tree(request, db):
    key = request.param == "key"
    db.script("CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER%s, label VARCHAR(9) UNIQUE CHECK (label <> 'bad'));"
              "INSERT INTO tree VALUES (9, NULL, 'taken')" % (" REFERENCES tree (id) DEFERRABLE" if key else ""))
    if not key:
        rule(db, "tree", "up", target_table="tree")
    return db


def node(id, up=None, label=None):
    return {"id": id, "up": up, "label": label or f"n{id}"}


# Children stand before their parents; 4 has none.
CHAIN = [node(1, 2), node(2, 3), node(3, 4), node(4, 99), node(5, 6), node(6), node(7, 1)]


def labels(db):
    return db.sql("SELECT t.label, p.label FROM tree t LEFT JOIN tree p ON p.id = t.up WHERE t.label <> 'taken' ORDER BY t.label")


def test_children_before_their_parents_are_left_out_with_them(tree):
    done, _ = run_import(tree, {"tree": CHAIN}, missing_references="skip")
    assert done["tree"]["skipped"] == 5 and labels(tree) == [("n5", "n6"), ("n6", None)]


def test_children_before_their_parents_are_bad_with_them(tree):
    done, bad = run_import(tree, {"tree": CHAIN}, on_error="collect")
    assert sorted(one[1] for one in bad) == [1, 2, 3, 4, 7] and labels(tree) == [("n5", "n6"), ("n6", None)]


@pytest.mark.parametrize("missing", ["error", "skip", "null"])
def test_a_child_that_was_written_before_its_parent_clashed(tree, missing):
    """Nothing can be done about it any more: an error with the id of the document."""
    with tree.refuses("WB027", "table \"tree\", row 1, column \"up\"", "(2) is a row of table \"tree\""):
        run_import(tree, {"tree": [node(1, 2), node(2, label="taken"), node(3)]}, on_conflict="skip", missing_references=missing)
    run_import(tree, {"tree": [node(1, 2), node(2), node(3, label="taken")]}, on_conflict="skip", missing_references=missing)
    assert labels(tree) == [("n1", "n2"), ("n2", None)]


def test_rows_that_name_each_other_by_rules(db):
    """No order of these tables has every row before those that name it."""
    db.script("CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER, n INTEGER CHECK (n < 10));"
              "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER, n INTEGER CHECK (n < 10));"
              "INSERT INTO a (id) VALUES (20); INSERT INTO b (id) VALUES (30)")
    rule(db, "a", "b", target_table="b")
    rule(db, "b", "a", target_table="a")

    def both(a, b):
        return {"a": [{"id": 1, "b": 1, "n": 1}, {"id": 2, "b": 2, "n": a}], "b": [{"id": 1, "a": 1, "n": b}, {"id": 2, "a": 2, "n": 1}]}

    with db.refuses("WB027", "table \"b\", row 2", "(2) is a row of table \"a\""):
        run_import(db, both(11, 1), on_error="collect")
    with db.refuses("WB027", "table \"b\", row 2", "(2) is a row of table \"a\""):
        run_import(db, both(11, 11), on_error="collect")
    run_import(db, both(1, 1), on_error="collect")
    assert db.sql("SELECT a.id, a.b, b.id, b.a FROM a JOIN b ON b.id = a.b ORDER BY a.id") == [(21, 31, 31, 21), (22, 32, 32, 22)]


def test_rows_that_are_there_already_are_named(db):
    """A natural key finds the row, and on_conflict leaves it alone."""
    db.script("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE); CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES users (id));"
              "INSERT INTO users VALUES (7, 'a@x')")
    db.sql("SELECT rule_add('natural_key', 'users', 'email')")
    done, _ = run_import(db, {"users": [{"id": 1, "email": "a@x"}, {"id": 2, "email": "b@x"}], "notes": [{"id": 1, "owner": 1}, {"id": 2, "owner": 2}]}, on_conflict="skip")
    assert done["users"]["skipped"] == 1 and db.sql("SELECT email FROM notes JOIN users ON users.id = owner ORDER BY 1") == [("a@x",), ("b@x",)]


def test_a_key_to_the_own_table_that_cannot_wait(db):
    db.script("CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree (id), label VARCHAR(9) UNIQUE); INSERT INTO tree VALUES (9, NULL, 'taken')")
    with db.refuses(("23503", "WB027"), "row 2" if db.engine == "sqlite" else "on_conflict \"skip\""):
        run_import(db, {"tree": [node(2, label="taken"), node(1, 2)]}, on_conflict="skip")


@pytest.mark.parametrize("order", ["children first", "any"])
def test_a_long_chain_takes_time_by_its_length(tree, order):
    rows = [node(id, id + 1) for id in range(100, 8000)] + [node(8000, 99), node(8001), node(8002, 8001)]
    if order == "any":
        random.Random(1).shuffle(rows)
    begin = time.monotonic()
    done, _ = run_import(tree, {"tree": rows}, missing_references="skip")
    assert time.monotonic() - begin < 10
    assert done["tree"]["skipped"] == 7901 and labels(tree) == [("n8001", None), ("n8002", "n8001")]


# --- ids that stay


def kept_tables(clash="taken"):
    """Agent 1 is the one that is left out; 50 is there."""
    return {"agents": [{"id": 1, "code": clash}, {"id": 2, "code": "good"}],
            "flows": [{"id": 1, "agent": 1, "doc": {"code": "good"}}, {"id": 2, "agent": 2, "doc": {"agent": 1}}, {"id": 3, "agent": 50, "doc": {"agent": 2, "code": "taken"}}]}


@pytest.fixture(params=["alone", "beside a natural key"])
def agents(request, db):
    db.script("CREATE TABLE agents (id INTEGER PRIMARY KEY, code VARCHAR(9) UNIQUE CHECK (code <> 'bad')); CREATE TABLE flows (id INTEGER PRIMARY KEY, agent INTEGER, doc %s);"
              "CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO agents VALUES (50, 'taken')" % ("jsonb" if db.engine == "postgresql" else "JSON"))
    rule(db, "flows", "agent", target_table="agents")
    rule(db, "flows", "doc", path="$.agent", target_table="agents")
    rule(db, "flows", "doc", path="$.code", target_table="agents", target_column="code")
    if request.param != "alone":
        db.sql("SELECT rule_add('natural_key', 'names', 'name')")
    return db


def flows(db):
    return db.sql("SELECT id, agent FROM flows ORDER BY id")


def documents(db):
    return [json.loads(doc).get("agent") for doc, in db.sql("SELECT doc FROM flows ORDER BY id")]


def test_a_row_that_clashes_is_named_by_rules_only(agents):
    with agents.refuses("WB027", "row 1", "row 2", "path $.agent", "1 is a row of table \"agents\" that this import leaves out"):
        run_import(agents, kept_tables(), preserve_ids=True, on_conflict="skip")
    done, _ = run_import(agents, kept_tables(), preserve_ids=True, on_conflict="skip", missing_references="skip")
    assert flows(agents) == [(3, 50)] and (done["agents"]["skipped"], done["flows"]["skipped"]) == (1, 2)
    agents.script("DELETE FROM flows; DELETE FROM agents WHERE id = 2")
    run_import(agents, kept_tables(), preserve_ids=True, on_conflict="skip", missing_references="null")
    assert flows(agents) == [(1, None), (2, 2), (3, 50)] and documents(agents) == [None, None, 2]
    agents.script("DELETE FROM flows; DELETE FROM agents WHERE id = 2")
    run_import(agents, kept_tables(), preserve_ids=True, on_conflict="skip", missing_references="keep")
    assert flows(agents) == [(1, 1), (2, 2), (3, 50)] and documents(agents) == [None, 1, 2]


def test_a_row_that_is_there_is_no_row_that_is_left_out(agents):
    agents.sql("INSERT INTO agents VALUES (1, 'one')")
    run_import(agents, kept_tables("other"), preserve_ids=True, on_conflict="skip")
    assert flows(agents) == [(1, 1), (2, 2), (3, 50)]


@pytest.mark.parametrize("batch_rows", [1, 256])
def test_who_names_a_bad_row_by_rules_only_is_bad(agents, batch_rows):
    done, bad = run_import(agents, kept_tables("bad"), preserve_ids=True, on_error="collect", batch_rows=batch_rows)
    assert sorted(one[:2] for one in bad) == [("agents", 1), ("flows", 1), ("flows", 2)] and flows(agents) == [(3, 50)]


def test_references_that_lead_nowhere_where_rows_may_be_left_out(agents):
    tables = kept_tables("one")
    tables["flows"] += [{"id": 4, "agent": 77}, {"id": 5, "doc": {"code": "none"}}]
    with agents.refuses("WB027", "row 4", "(77) is no row", "row 5", "path $.code: none is no row"):
        run_import(agents, tables, preserve_ids=True, on_conflict="skip")
    _, bad = run_import(agents, tables, preserve_ids=True, on_error="collect", dry_run=True)
    assert sorted(one[:2] for one in bad) == [("flows", 4), ("flows", 5)]
    done, _ = run_import(agents, tables, preserve_ids=True, on_conflict="skip", missing_references="skip")
    assert flows(agents) == [(1, 1), (2, 2), (3, 50)] and done["flows"]["skipped"] == 2


def test_foreign_keys_beside_rules_where_ids_stay(agents):
    """One option for both."""
    agents.script("CREATE TABLE runs (id INTEGER PRIMARY KEY, agent INTEGER REFERENCES agents (id), code VARCHAR(9) REFERENCES agents (code))")
    tables = {**kept_tables(), "runs": [{"id": 1, "agent": 1}, {"id": 2, "agent": 2, "code": "good"}, {"id": 3, "agent": 77}, {"id": 4, "code": "none"}]}
    with agents.refuses(("WB027", "23503")):
        run_import(agents, tables, preserve_ids=True, on_conflict="skip")
    done, _ = run_import(agents, tables, preserve_ids=True, on_conflict="skip", missing_references="null")
    assert agents.sql("SELECT id, agent, code FROM runs ORDER BY id") == [(1, None, None), (2, 2, "good"), (3, None, None), (4, None, None)]
    agents.script("DELETE FROM runs; DELETE FROM flows; DELETE FROM agents WHERE id = 2")
    done, _ = run_import(agents, tables, preserve_ids=True, on_conflict="skip", missing_references="skip")
    assert [id for id, in agents.sql("SELECT id FROM runs")] == [2] and done["runs"]["skipped"] == 3


def test_keeping_references_beside_a_natural_key(db):
    """Those that lead nowhere stay, those to a row that is another one here follow it."""
    db.script("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL); CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER); INSERT INTO users VALUES (9, 'a@x')")
    db.sql("SELECT rule_add('natural_key', 'users', 'email')")
    rule(db, "notes", "owner", target_table="users")
    tables = {"users": [{"id": 1, "email": "a@x"}], "notes": [{"id": 1, "owner": 1}, {"id": 2, "owner": 77}]}
    with db.refuses("WB027", "(77) is no row"):
        run_import(db, tables, preserve_ids=True, on_conflict="update")
    run_import(db, tables, preserve_ids=True, on_conflict="update", missing_references="keep")
    assert db.sql("SELECT id, owner FROM notes ORDER BY id") == [(1, 9), (2, 77)]


@pytest.mark.parametrize("clear", [False, True])
def test_references_to_keys_that_do_not_change(db, clear):
    """Where others get new ids."""
    db.script("CREATE TABLE tags (id INTEGER PRIMARY KEY, code TEXT UNIQUE); CREATE TABLE uses (id INTEGER PRIMARY KEY, tag TEXT); INSERT INTO tags VALUES (1, 'here')")
    rule(db, "uses", "tag", target_table="tags", target_column="code")
    tables = {"tags": [{"id": 1, "code": "red"}], "uses": [{"id": 1, "tag": "red"}, {"id": 2, "tag": "here"}, {"id": 3, "tag": "none"}]}
    with db.refuses("WB027", "row 3", "(none) is no row", *(["row 2"] if clear else [])):
        run_import(db, tables, clear=clear)
    run_import(db, tables, clear=clear, missing_references="skip")
    assert [tag for tag, in db.sql("SELECT tag FROM uses ORDER BY tag")] == (["red"] if clear else ["here", "red"])
