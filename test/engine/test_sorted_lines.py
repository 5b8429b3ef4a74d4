"""Lines whose members other programs have sorted, as `jq -S -c` does: the row stands before its table's name."""

import json

import pytest


@pytest.fixture
def shop(db):
    db.script("CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, name TEXT, age BIGINT); CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, user_id BIGINT REFERENCES users (id), note TEXT)")
    db.script("INSERT INTO users VALUES (1, 'Ada', 36), (2, 'Bo', NULL), (3, 'Cy', 5); INSERT INTO orders VALUES (10, 1, 'a\"b'), (11, 3, NULL)")
    return db


def sorted_lines(db):
    """Of an export."""
    return [json.dumps(json.loads(row[0]), sort_keys=True, separators=(",", ":")) for row in db.sql("SELECT line FROM export_jsonl()")]


@pytest.mark.parametrize("options", [{}, {"on_conflict": "update"}, {"preserve_ids": False}, {"on_error": "collect"}])
def test_there_and_back(shop, options):
    before = shop.digests()
    lines = sorted_lines(shop)
    assert '{"row":{"age":36,"id":1,"name":"Ada"},"table":"users"}' in lines
    text = "\n".join(lines)
    with shop.unchanged():
        assert shop.call("import_validate", text, '{"on_conflict": "update"}') == []
    assert all(row["matches"] for row in shop.call("data_verify", text))
    shop.script("DELETE FROM orders; DELETE FROM users")
    rows = shop.call("import_json", text, json.dumps(options))
    assert [(row["table_name"], row["inserted"]) for row in rows if row["table_name"]] == [("users", 3), ("orders", 2)]
    if "preserve_ids" not in options:
        assert shop.digests() == before
    assert shop.sql("SELECT name, note FROM orders JOIN users ON users.id = user_id ORDER BY name") == [("Ada", 'a"b'), ("Cy", None)]


def test_a_file_and_tables_that_are_missing(shop, new_sqlite, directory):
    text = "\n".join(sorted_lines(shop))
    (directory / "sorted.jsonl").write_text(text)
    other = new_sqlite()
    other.call("import_json_file", str(directory / "sorted.jsonl"), '{"create": true}')
    assert other.digests() == shop.digests()


def test_both_orders_and_tables_that_take_turns(shop):
    lines = ['{"row":{"id":7,"name":"x"},"table":"users"}', '{"table":"orders","row":{"id":70,"user_id":7}}', '{"row":{"id":71,"user_id":8},"table":"orders"}',
             '{"table":"users","row":{"id":8}}', '{ "row" : {"id":9} , "table" : "users" }']
    shop.call("import_json", "\n".join(lines))
    assert shop.sql("SELECT id FROM users WHERE id > 5 ORDER BY id") == [(7,), (8,), (9,)]
    assert shop.sql("SELECT id, user_id FROM orders WHERE id > 50 ORDER BY id") == [(70, 7), (71, 8)]


def test_errors_name_the_place(shop):
    good = '{"row":{"id":7},"table":"users"}\n'
    for line, code, *words in [
        ('{"row":{"id":8,"id":9},"table":"users"}', "WB025", 'table "users", row 2, column "id"', "line 2, column 16"),
        ('{"row":{"id":8},"table":"users","x":1}', "WB028", "more than one value", "line 2"),
        ('{"row":{"id":8}}', "WB028", "must be", "line 2"),
        ('{"row":[],"table":"users"}', "WB028", "must be", "line 2"),
        ('{"row":{"id":8},"table":5}', "WB028", "must be", "line 2"),
        ('{"row":{"id":8},"table":"nobody"}', "WB022", '"nobody"'),
        ('{"row":{"id":8', "WB020", "Line 2"),
    ]:
        with shop.refuses(code, *words):
            shop.call("import_json", good + line)


def test_a_table_that_is_called_row(db):
    db.script('CREATE TABLE "row" (id BIGINT NOT NULL PRIMARY KEY)')
    db.call("import_json", '{"row": [{"id": 1}]}')
    db.call("import_json", '{"row": {"id": 2}, "table": "row"}')
    assert db.sql('SELECT id FROM "row" ORDER BY id') == [(1,), (2,)]


def test_many_long_rows(shop):
    """More than the reader has in memory."""
    lines = [json.dumps({"row": {"id": i, "name": "é" * (i % 7) * 9000}, "table": "users"}, ensure_ascii=False) for i in range(100, 300)]
    shop.call("import_json", "\n".join(lines))
    assert shop.one("SELECT sum(length(name)) FROM users WHERE id >= 100") == sum(i % 7 * 9000 for i in range(100, 300))
