"""on_error "collect": an import that goes past bad rows and says which they are."""

import json

import pytest


@pytest.fixture
def table(db):
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL CHECK (n < 100), s VARCHAR(9) UNIQUE)")
    return db


def load(db, document, **options):
    rows = db.call("import_json", json.dumps(document), json.dumps({"on_error": "collect", **options}))
    good = [row for row in rows if row["error"] is None]
    assert all(row["row_number"] is None for row in good)
    bad = [row for row in rows if row["error"] is not None]
    assert all(row[name] is None for row in bad for name in ("read", "inserted", "updated", "unchanged", "skipped"))
    return good, [(row["table_name"], row["row_number"]) for row in bad], [row["error"] for row in bad]


def row(id, n=1, **more):
    return {"id": id, "n": n, **more}


def test_no_bad_row(table):
    good, bad, _ = load(table, {"t": [row(1), row(2)]})
    assert (good[0]["read"], good[0]["inserted"], bad) == (2, 2, [])


@pytest.mark.parametrize("batch_rows", [1, 2, 5, 256, 1000])
def test_every_kind_of_bad_row(table, batch_rows):
    table.sql("INSERT INTO t VALUES (3, 3, 'three')")
    document = {"t": [row(1), {"id": "x", "n": 2}, row(3), row(4, 400), row(5, None), row(6), row(7, s="three"), row(1, 5), row(8)]}
    good, bad, errors = load(table, document, batch_rows=batch_rows)
    takes_anything = table.engine == "sqlite"  # also text in a BIGINT
    assert (good[0]["read"], good[0]["inserted"]) == (9, 4 if takes_anything else 3)
    assert sorted(bad) == [("t", number) for number in ([3, 4, 5, 7, 8] if takes_anything else [2, 3, 4, 5, 7, 8])]
    assert all(errors)
    assert table.sql("SELECT id FROM t WHERE n < 100 AND id IN (1, 3, 4, 5, 6, 7, 8) ORDER BY id") == [(1,), (3,), (6,), (8,)]


def test_a_thousand_are_told(table):
    document = {"t": [row(id, 100) for id in range(1500)] + [row(2000)]}
    good, bad, errors = load(table, document)
    assert (good[0]["read"], good[0]["inserted"]) == (1501, 1)
    assert bad == [("t", number) for number in range(1, 1001)] + [(None, None)]
    assert errors[-1] == "500 more rows are bad"


def test_references_to_rows_that_were_bad(db):
    db.sql("CREATE TABLE parents (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
    db.sql("CREATE TABLE children (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES parents (id))")
    parents = [row(1), row(2, None), row(3)]
    children = [{"id": id, "parent": id % 3 + 1} for id in range(30)]
    good, bad, errors = load(db, {"children": children, "parents": parents})
    assert [one["inserted"] for one in good] == [2, 20]
    assert sorted(bad) == [("children", id + 1) for id in range(1, 30, 3)] + [("parents", 2)]


@pytest.fixture
def tree(db):
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES t (id), other BIGINT REFERENCES t (id), n BIGINT CHECK (n < 100))")
    return db


def node(id, parent=None, **more):
    return {"id": id, "parent": parent, **more}


@pytest.mark.parametrize("batch_rows", [1, 3, 256])
def test_a_row_before_its_parent_is_not_bad(tree, batch_rows):
    """Also not when another row of its batch is, or when its parent comes much later; rows in a circle are bad with one of them."""
    document = {"t": [node(1, 2), node(2, 3), node(3, 4), node(4), node(5, n=100), node(6, 5), node(7, 6), node(8, 99), node(9, 9),
                      node(10, 11), node(11, 12), node(12, 10), node(13, 14), node(14, 15, n=100), node(15, 13), node(16, 10, other=7), node(17, 1, other=12)]}
    good, bad, errors = load(tree, document, batch_rows=batch_rows)
    assert sorted(number for _, number in bad) == [5, 6, 7, 8, 13, 14, 15, 16] and all(errors)
    assert good[0]["inserted"] == 9
    assert tree.sql("SELECT id FROM t ORDER BY id") == [(id,) for id in (1, 2, 3, 4, 9, 10, 11, 12, 17)]
    # The same rows again, in another order and as updates.
    good, bad, errors = load(tree, {"t": document["t"][::-1]}, batch_rows=batch_rows, on_conflict="update")
    assert sorted(18 - number for _, number in bad) == [5, 6, 7, 8, 13, 14, 15, 16] and good[0]["unchanged"] == 9


def test_a_long_chain_of_children_before_their_parents(tree):
    tree.sql("INSERT INTO t (id) VALUES (1001)")
    document = {"t": [node(id, id + 1, n=100 if id == 500 else 1) for id in range(1, 1001)]}
    good, bad, errors = load(tree, document)
    assert sorted(number for _, number in bad) == list(range(1, 501)) and good[0]["inserted"] == 500


def test_deferred_references_to_the_own_table_are_checked_before_the_end(db):
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)")
    good, bad, _ = load(db, {"t": [node(1, 2), node(2)]})
    assert good[0]["inserted"] == 2 and not bad
    with db.refuses(("23503", "WB027")):
        db.call("import_json", '{"t": [{"id": 3, "parent": 4}]}', '{"on_error": "collect"}')


def test_with_updates(table):
    table.sql("INSERT INTO t VALUES (1, 1, 'one'), (2, 2, 'two')")
    document = {"t": [row(1, 5), row(2, 200), row(3), row(4, 4, s="one"), row(1, 5)]}
    good, bad, errors = load(table, document, on_conflict="update", batch_rows=2)
    assert (good[0]["inserted"], good[0]["updated"], good[0]["unchanged"]) == (1, 1, 1)
    assert bad == [("t", 2), ("t", 4)]
    good, bad, errors = load(table, document, on_conflict="skip")
    assert (good[0]["inserted"], good[0]["skipped"], bad) == (0, 4, [("t", 2)])


def test_dry_run(table):
    with table.unchanged():
        good, bad, errors = load(table, {"t": [row(1), row(2, 200)]}, dry_run=True)
    assert (good[0]["inserted"], bad) == (1, [("t", 2)])


def test_a_document_that_is_wrong_as_a_whole_is_an_error(table):
    for document, code in (('{"t": [{"id": 1, "n": 1}', "WB020"), ('{"u": []}', "WB022"), ('{"t": [{"id": 1, "n": 1, "x": 1}]}', "WB023")):
        with table.refuses(code):
            table.call("import_json", document, '{"on_error": "collect"}')
