"""Imports with new ids: what is minted, and that every reference follows, in columns and inside documents."""
import json
import re
import uuid

import pytest

AGENTS = """CREATE TABLE agents (id integer PRIMARY KEY, name text UNIQUE);
CREATE TABLE flows (id integer PRIMARY KEY, name text NOT NULL, owner integer REFERENCES agents (id), nodes %s, note text);"""


def document(**tables):
    return json.dumps({"metadata": {"version": "1.0.0"}, **tables})


def run_import(db, tables, **options):
    options.setdefault("preserve_ids", False)
    rows = db.call("import_json", document(**tables), json.dumps(options))
    return {row["table_name"]: row for row in rows}


def rule(db, table, column, **options):
    db.sql(f"SELECT rule_add('reference', '{table}', '{column}', '{json.dumps(options)}')")


@pytest.fixture
def flows(db):
    db.script(AGENTS % ("jsonb" if (db.engine == "postgresql") else "JSON"))
    db.script("INSERT INTO agents VALUES (1, 'first'), (2, 'second')")
    return db


def agents(db):
    return dict(db.sql("SELECT name, id FROM agents"))


def test_a_workflow_whose_nodes_name_agents(flows):
    rule(flows, "flows", "nodes", path="$.nodes[*].data.agentId", target_table="agents")
    rule(flows, "flows", "nodes", path="$.byAgent~", target_table="agents")
    rule(flows, "flows", "note", pattern="{{agent:{id}}}", target_table="agents")
    nodes = {"nodes": [{"data": {"agentId": 1}}, {"data": {"agentId": "2"}, "agentId": 1}], "byAgent": {"2": 1, "1": 2}}
    done = run_import(flows, {
        "flows": [{"id": 1, "name": "f", "owner": 2, "nodes": nodes, "note": "{{agent:1}} {{agent:2}}, agent:1"}],
        "agents": [{"id": 1, "name": "third"}, {"id": 2, "name": "fourth"}]})
    made = agents(flows)
    assert sorted(made) == ["first", "fourth", "second", "third"] and made["third"] == 3 and made["fourth"] == 4
    owner, kept, note = flows.sql("SELECT owner, nodes, note FROM flows")[0]
    kept = json.loads(kept) if isinstance(kept, str) else kept
    assert owner == 4 and note == "{{agent:3}} {{agent:4}}, agent:1"
    assert kept == {"nodes": [{"data": {"agentId": 3}}, {"data": {"agentId": "4"}, "agentId": 1}], "byAgent": {"4": 1, "3": 2}}
    assert done["agents"]["ids_remapped"] == 2 and done["agents"]["inserted"] == 2
    assert done["flows"]["references_rewritten"] == 7
    flows.script("INSERT INTO agents (id, name) VALUES (5, 'later')")


def test_chains_and_self_references(db):
    db.script("CREATE TABLE tree (id integer PRIMARY KEY, parent integer REFERENCES tree (id), label text);")
    db.script("INSERT INTO tree VALUES (1, NULL, 'here')")
    run_import(db, {"tree": [{"id": 1, "parent": 2, "label": "a"}, {"id": 2, "parent": 3, "label": "b"},
                             {"id": 3, "parent": None, "label": "c"}]})
    assert db.sql("SELECT t.id, t.label, p.label FROM tree t LEFT JOIN tree p ON p.id = t.parent ORDER BY t.id") == [
        (1, "here", None), (2, "a", "b"), (3, "b", "c"), (4, "c", None)]


@pytest.mark.parametrize("kind", ["integer", "text"])
def test_many_self_references_are_followed_without_the_database(db, kind):
    db.script(f"CREATE TABLE tree (id {kind} PRIMARY KEY, parent {kind} REFERENCES tree (id), label text NOT NULL);")
    name = (lambda i: i) if kind == "integer" else (lambda i: f"node-number-{i}")
    many = 700  # more than two batches of rows
    rows = [{"id": name(i), "parent": name(i // 4) if i > 3 else None, "label": str(i)} for i in range(1, many)]
    if db.engine == "postgresql":
        db.script("BEGIN")
    run_import(db, {"tree": rows})
    if db.engine == "postgresql":  # one look per row is the check of the key, one that a new text is not there yet
        looks = db.sql("SELECT idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'tree'")[0][0]
        assert looks <= (many if kind == "integer" else 2 * many)
        db.script("COMMIT")
    stored = {label: (id, parent) for id, parent, label in db.sql("SELECT id, parent, label FROM tree")}
    assert len(stored) == many - 1
    for i in range(1, many):
        assert stored[str(i)][1] == (stored[str(i // 4)][0] if i > 3 else None)


def test_cycles_of_keys_that_must_not_be_null(db):
    db.script("CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL);"
              "CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a (id));" if (db.engine == "postgresql") else
              "CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL REFERENCES b (id));"
              "CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a (id));")
    if (db.engine == "postgresql"):
        db.script("ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b (id)")
    tables = {"a": [{"id": 1, "b": 2}, {"id": 2, "b": 1}], "b": [{"id": 1, "a": 1}, {"id": 2, "a": 2}]}
    run_import(db, tables)
    run_import(db, tables)
    assert db.sql("SELECT a.id, b.id, b.a FROM a JOIN b ON b.id = a.b ORDER BY a.id") == [
        (1, 2, 2), (2, 1, 1), (3, 4, 4), (4, 3, 3)]


def test_uuids_and_texts_keep_their_shape(db):
    kind = "uuid" if (db.engine == "postgresql") else "text"
    db.script(f"CREATE TABLE u (id {kind} PRIMARY KEY);"
              f"CREATE TABLE t (id text PRIMARY KEY, u {kind} NOT NULL REFERENCES u (id), up text REFERENCES t (id));")
    one = str(uuid.uuid4())
    tables = {"u": [{"id": one}], "t": [{"id": "agt_8fk2", "u": one, "up": None}, {"id": "agt_0000", "u": one, "up": "agt_8fk2"}]}
    run_import(db, tables)
    run_import(db, tables)
    ids = [str(row[0]) for row in db.sql("SELECT id FROM u")]
    assert len(set(ids)) == 2 and one not in ids and all(uuid.UUID(each).version == 4 for each in ids)
    rows = db.sql("SELECT t.id, p.id FROM t LEFT JOIN t p ON p.id = t.up JOIN u ON u.id = t.u")
    assert len(rows) == 4 and sum(up is not None for _, up in rows) == 2
    assert all(re.fullmatch(r"agt_\d[a-z][a-z]\d|agt_\d{4}", each) for each, _ in rows)


def test_composite_and_shared_keys(db):
    db.script("CREATE TABLE orders (id integer PRIMARY KEY, code text);"
              "CREATE TABLE lines (order_id integer REFERENCES orders (id), line integer, what text, PRIMARY KEY (order_id, line));"
              "CREATE TABLE parts (order_id integer, line integer, part integer, PRIMARY KEY (order_id, line, part),"
              " FOREIGN KEY (order_id, line) REFERENCES lines (order_id, line));"
              "CREATE TABLE bills (order_id integer PRIMARY KEY REFERENCES orders (id), sum integer);"
              "CREATE TABLE payments (id integer PRIMARY KEY, bill integer REFERENCES bills (order_id));")
    tables = {"orders": [{"id": 7, "code": "x"}, {"id": 8, "code": "y"}],
              "lines": [{"order_id": 8, "line": 1, "what": "l"}],
              "parts": [{"order_id": 8, "line": 1, "part": 5}],
              "bills": [{"order_id": 8, "sum": 10}], "payments": [{"id": 1, "bill": 8}]}
    run_import(db, tables)
    run_import(db, tables)
    for table, column in (("lines", "order_id"), ("parts", "order_id"), ("bills", "order_id"), ("payments", "bill")):
        assert db.sql(f"SELECT code FROM {table} JOIN orders ON orders.id = {column} ORDER BY orders.id") == [("y",), ("y",)]
    assert db.sql("SELECT id FROM orders ORDER BY id") == [(1,), (2,), (3,), (4,)]
    assert db.sql("SELECT id, bill FROM payments ORDER BY id") == [(1, 2), (2, 4)]


def test_missing_references_need_ids_that_change(flows):
    row = {"id": 1, "name": "f", "owner": 77}
    for how in ("null", "skip"):
        with flows.refuses("WB001", "missing_references", "preserve_ids"):
            run_import(flows, {"flows": [row]}, preserve_ids=True, missing_references=how)
        with flows.fails("WB001", "missing_references", "preserve_ids"):
            flows.call("import_validate", document(flows=[row]), json.dumps({"missing_references": how}))
    assert flows.one("SELECT count(*) FROM flows") == 0


def test_polymorphic_references(flows):
    flows.script("CREATE TABLE comments (id integer PRIMARY KEY, kind text, subject integer, body text);")
    rule(flows, "comments", "subject", discriminator="kind", targets={"agent": "agents", "flow": "flows"})
    rule(flows, "comments", "body", path="$.items[*].ref", discriminator="@.type", targets={"a": "agents", "f": "flows"})
    body = '{"items": [ {"ref":1,"type":"a"}, {"type":"f", "ref":"1"},{"ref":1,"type":"x"},{"ref":1}] }'
    run_import(flows, {"agents": [{"id": 1, "name": "third"}], "flows": [{"id": 1, "name": "f"}, {"id": 2, "name": "g"}],
                       "comments": [{"id": 1, "kind": "agent", "subject": 1, "body": body}, {"id": 2, "kind": "flow", "subject": 2},
                                    {"id": 3, "kind": "other", "subject": 1, "body": "{not a document"}]})
    assert flows.sql("SELECT kind, subject, body FROM comments ORDER BY id") == [
        ("agent", 3, body.replace('"ref":1,"type":"a"', '"ref":3,"type":"a"')), ("flow", 2, None), ("other", 1, "{not a document")]


def test_documents_inside_of_strings(flows):
    rule(flows, "flows", "note", path="$.config.agent", decode=True, target_table="agents")
    config = json.dumps({"config": json.dumps({"agent": 1, "t": "a\"b\u00e4"}), "x": 1.50})
    run_import(flows, {"agents": [{"id": 1, "name": "third"}], "flows": [{"id": 1, "name": "f", "note": config}]})
    assert flows.one("SELECT note FROM flows") == config.replace('\\"agent\\": 1', '\\"agent\\": 3')


def test_references_to_rows_that_are_not_in_the_file(flows):
    rule(flows, "flows", "nodes", path="$..agent", target_table="agents")
    row = {"id": 1, "name": "f", "owner": 2, "nodes": {"agent": 2}}
    run_import(flows, {"flows": [row], "agents": [{"id": 9, "name": "ninth"}]})
    assert flows.one("SELECT owner FROM flows") == 2  # the row of the database
    wrong = dict(row, owner=77, nodes={"agent": [3], "x": {"agent": "88"}})
    with flows.refuses("WB027", "row 1", "owner", "77", "\"agents\""):
        run_import(flows, {"flows": [wrong], "agents": [{"id": 9, "name": "tenth"}]})
    with flows.refuses("WB027", "column \"nodes\"", "$..agent", "88"):
        run_import(flows, {"flows": [dict(wrong, owner=None)]})
    # Also where no row of the parent's table is in the document: each of them, with its row.
    with flows.refuses("WB027", "row 1", "row 2", "owner", "77", "78"):
        run_import(flows, {"flows": [dict(row, owner=77, nodes=None), dict(row, id=2, owner=78, nodes=None)]})
    # 4 is what one of the new agents gets: it is not the 4 that the document means.
    with flows.refuses("WB027", "row 1", "owner", "4"):
        run_import(flows, {"flows": [dict(row, owner=4)], "agents": [{"id": 9, "name": "tenth"}]})
    run_import(flows, {"flows": [dict(wrong, name="null")]}, missing_references="null")
    owner, nodes = flows.sql("SELECT owner, nodes FROM flows WHERE name = 'null'")[0]
    assert owner is None and (json.loads(nodes) if isinstance(nodes, str) else nodes) == {"agent": [3], "x": {"agent": None}}
    done = run_import(flows, {"flows": [wrong, dict(row, name="good")]}, missing_references="skip")
    assert done["flows"]["skipped"] == 1 and done["flows"]["inserted"] == 1
    assert done["flows"]["ids_remapped"] == 1  # of the row that was written


def test_natural_keys_find_the_rows_of_the_database(flows):
    flows.sql("SELECT rule_add('natural_key', 'agents', 'name')")
    rule(flows, "flows", "nodes", path="$.agent", target_table="agents")
    tables = {"agents": [{"id": 5, "name": "second"}, {"id": 6, "name": "sixth"}],
              "flows": [{"id": 1, "name": "f", "owner": 5, "nodes": {"agent": 5}}, {"id": 2, "name": "g", "owner": 6, "nodes": {"agent": 6}}]}
    for preserve, sixth, flow in ((True, 6, 1), (False, 6, 3)):
        done = run_import(flows, tables, on_conflict={"agents": "update"}, preserve_ids=preserve)
        assert agents(flows) == {"first": 1, "second": 2, "sixth": sixth}
        rows = flows.sql("SELECT owner, nodes FROM flows WHERE id >= %d ORDER BY id" % flow)
        assert [(owner, json.loads(nodes)) for owner, nodes in rows] == [(2, {"agent": 2}), (sixth, {"agent": sixth})]
    assert done["agents"]["unchanged"] == 2 and done["agents"]["inserted"] == 0 and done["flows"]["inserted"] == 2


def test_natural_keys_made_of_references(db):
    db.script("CREATE TABLE p (id integer PRIMARY KEY, name text); CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p (id), n text);"
              "INSERT INTO p VALUES (1, 'x'), (2, 'y'); INSERT INTO c VALUES (1, 1, 'a'), (2, 2, 'a')")
    db.sql("SELECT rule_add('natural_key', 'p', 'name')")
    db.sql("""SELECT rule_add('natural_key', 'c', NULL, '{"columns": ["p", "n"]}')""")
    run_import(db, {"p": [{"id": 2, "name": "x"}, {"id": 1, "name": "z"}], "c": [{"id": 2, "p": 2, "n": "a"}, {"id": 1, "p": 1, "n": "a"}]}, on_conflict="update")
    assert db.sql("SELECT c.id, c.n, p.name FROM c JOIN p ON p.id = c.p ORDER BY c.id") == [(1, "a", "x"), (2, "a", "y"), (3, "a", "z")]


def test_an_import_that_is_repeated_finds_its_rows(flows):
    rule(flows, "flows", "nodes", path="$.agent", target_table="agents")
    def tables(name):
        return {"agents": [{"id": 1, "name": name}, {"id": 2, "name": "other"}], "flows": [{"id": 1, "name": name, "owner": 1, "nodes": {"agent": 2}}]}
    first = run_import(flows, tables("third"), origins="laptop")
    assert first["agents"]["inserted"] == 2 and agents(flows) == {"first": 1, "second": 2, "third": 3, "other": 4}
    again = run_import(flows, tables("renamed"), origins="laptop")
    assert (again["agents"]["inserted"], again["agents"]["updated"], again["agents"]["unchanged"]) == (0, 1, 1)
    assert agents(flows) == {"first": 1, "second": 2, "renamed": 3, "other": 4}
    assert [(n, o, json.loads(d)) for n, o, d in flows.sql("SELECT name, owner, nodes FROM flows")] == [("renamed", 3, {"agent": 4})]
    run_import(flows, {"agents": [{"id": 1, "name": "elsewhere"}]}, origins="desktop")
    assert agents(flows)["elsewhere"] == 5
    flows.script("DELETE FROM flows; DELETE FROM agents WHERE id = 4")
    assert run_import(flows, tables("renamed"), origins="laptop")["agents"]["inserted"] == 1
    assert flows.one("SELECT count(*) FROM id_origins") == 4


@pytest.mark.parametrize("child, own", [("text", True), ("varchar(9)", False)])
def test_a_repeated_import_whose_text_refers_to_numbers(db, child, own):
    """The new number is the text that is there: nothing is written again."""
    db.script(f"CREATE TABLE users (id integer PRIMARY KEY, n text); CREATE TABLE comments (id integer PRIMARY KEY, kind text, subject {child}); INSERT INTO users VALUES (7, 'here')")
    rule(db, "comments", "subject", **({"discriminator": "kind", "targets": {"user": "users"}} if own else {"target_table": "users"}))
    tables = {"users": [{"id": 5, "n": "a"}], "comments": [{"id": 1, "kind": "user", "subject": "5"}]}
    run_import(db, tables, origins="x")
    again = run_import(db, tables, origins="x")["comments"]
    assert (again["updated"], again["unchanged"]) == (0, 1)
    assert db.sql("SELECT subject FROM comments") == [("8",)]


@pytest.mark.parametrize("size", [32, 33])
def test_a_wide_natural_key(db, size):
    names = [f"c{i}" for i in range(size)]
    db.script(f"CREATE TABLE t (id integer PRIMARY KEY, {', '.join(name + ' integer' for name in names)}, label text)")
    db.sql(f"""SELECT rule_add('natural_key', 't', NULL, '{{"columns": {json.dumps(names)}}}')""")
    db.script(f"INSERT INTO t VALUES (7, {', '.join(map(str, range(size)))}, 'before')")
    tables = {"t": [{"id": 1, "label": "after", **{name: i for i, name in enumerate(names)}}]}
    if size > 32:
        with db.refuses("WB005", '"t"', "33 columns", "natural_key"):
            run_import(db, tables, on_conflict="update")
    else:
        run_import(db, tables, on_conflict="update")
        assert db.sql("SELECT id, label FROM t") == [(7, "after")]


def test_a_wide_key_of_sqlite(sqlite):
    names = ", ".join(f"c{i}" for i in range(33))
    columns = ", ".join(f"c{i} integer" for i in range(33))
    sqlite.script(f"CREATE TABLE p ({columns}, PRIMARY KEY ({names})); CREATE TABLE c (id integer PRIMARY KEY, {columns}, FOREIGN KEY ({names}) REFERENCES p ({names}))")
    row = {f"c{i}": i for i in range(33)}
    with sqlite.refuses("WB005", '"c"', "33 columns", "preserve_ids"):
        run_import(sqlite, {"p": [row], "c": [{"id": 1, **row}]})
    run_import(sqlite, {"p": [row], "c": [{"id": 1, **row}]}, preserve_ids=True)
    assert sqlite.sql("SELECT id, c32 FROM c") == [(1, 32)]


def test_a_natural_key_that_is_the_primary_key_stays(db):
    db.script("CREATE TABLE countries (code text PRIMARY KEY); CREATE TABLE cities (id integer PRIMARY KEY, country text REFERENCES countries (code));")
    db.sql("SELECT rule_add('natural_key', 'countries', 'code')")
    run_import(db, {"countries": [{"code": "DE"}], "cities": [{"id": 5, "country": "DE"}]})
    assert db.sql("SELECT id, country FROM cities") == [(1, "DE")]


def test_unique_texts_by_rename(flows):
    done = run_import(flows, {"agents": [{"id": 1, "name": "first"}]}, rename={"agents.name": "{} (copy)"})
    assert agents(flows) == {"first": 1, "second": 2, "first (copy)": 3} and done["agents"]["ids_remapped"] == 1
    for wrong in ({"agents.nam": "{}x"}, {"agents.name": "copy"}, {"agents": "{}"}):
        with flows.refuses("WB023" if "agents.nam" in wrong else "WB001", "rename"):
            run_import(flows, {"agents": [{"id": 1, "name": "x"}]}, rename=wrong)


def test_a_dry_run_burns_nothing(db):
    identity = "integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY" if (db.engine == "postgresql") else "INTEGER PRIMARY KEY AUTOINCREMENT"
    db.script(f"CREATE TABLE n (id {identity}, x text)")
    db.script("INSERT INTO n (x) VALUES ('a')")
    tables = {"n": [{"id": 5, "x": "b"}, {"id": 6, "x": "c"}]}
    assert run_import(db, tables, dry_run=True)["n"]["inserted"] == 2
    run_import(db, tables)
    db.script("INSERT INTO n (x) VALUES ('d')")
    assert db.sql("SELECT id, x FROM n ORDER BY id") == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_rows_without_a_key_get_one_too(db):
    db.script("CREATE TABLE n (id integer PRIMARY KEY, x text)")
    run_import(db, {"n": [{"x": "a"}, {"id": 1, "x": "b"}, {"x": "c"}]})
    assert db.sql("SELECT id, x FROM n ORDER BY x") == [(1, "a"), (2, "b"), (3, "c")]


def test_two_rows_with_one_key(flows):
    with flows.refuses("WB025", "\"agents\"", "(1)"):
        run_import(flows, {"agents": [{"id": 1, "name": "x"}, {"id": 2, "name": "z"}, {"id": 1, "name": "y"}], "flows": []})


def test_old_ids_that_were_left_behind(db):
    db.script("CREATE TABLE a (id text PRIMARY KEY, t text); CREATE TABLE b (a text REFERENCES a (id), t text)")
    old = str(uuid.uuid4())
    tables = {"a": [{"id": old, "t": "see /a/%s!" % old}], "b": [{"a": old, "t": old[:-1]}]}
    with db.refuses("WB027", "column \"t\"", old, "left behind"):
        run_import(db, tables, strict=True)
    run_import(db, tables)
    assert db.one("SELECT t FROM a") == "see /a/%s!" % old
    rule(db, "a", "t", pattern="/a/{id}!", target_table="a")
    run_import(db, tables, strict=True)
    assert db.one("SELECT count(*) FROM a WHERE t = 'see /a/' || id || '!'") == 1


def test_old_numbers_at_names_that_say_whose_they_are(flows):
    """Only in documents, only where name and value fit, and not where a rule has followed them."""
    rule(flows, "flows", "nodes", path="$.followed.agentId", target_table="agents")
    # 1 and 2 become 3 and 4; 5 was nobody's.
    note = {"agentId": 1, "list": [{"agent_ids": [2, 5]}], "owner": "1", "count": 1, "agent": 2, "flow": {"id": 1}, "userId": 1}
    tables = {"agents": [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}],
              "flows": [{"id": 1, "name": "f", "owner": 1, "nodes": {"followed": {"agentId": 1}, "agentId": 5}, "note": json.dumps(note)}]}
    with flows.refuses("WB027", 'column "note": old id 1 of table "agents"', "old id 2", "(and 2 more problems)"):
        run_import(flows, tables, strict=True)
    run_import(flows, tables)
    tables["flows"][0]["note"] = json.dumps({"agentId": 5, "count": 1, "text": "agentId: 1"})
    run_import(flows, tables, strict=True, rename={"agents.name": "{}2"})


def test_strict_finds_ids_of_a_table_that_nothing_refers_to(db):
    """Named from inside of documents alone, and from a table without a key too."""
    json_type = "jsonb" if db.engine == "postgresql" else "JSON"
    db.script(f"CREATE TABLE agents (id integer PRIMARY KEY, name text); CREATE TABLE tools (id text PRIMARY KEY); CREATE TABLE log (doc {json_type}, note text);"
              "INSERT INTO agents VALUES (1, 'here')")
    tables = {"agents": [{"id": 1, "name": "x"}], "tools": [{"id": "tool-00017"}],
              "log": [{"doc": {"agentId": 1}, "note": "-"}, {"doc": {}, "note": "ran tool-00017"}]}
    with db.refuses("WB027", 'column "doc": old id 1 of table "agents"', "tool-00017"):
        run_import(db, tables, strict=True)
    del tables["agents"]
    with db.refuses("WB027", "tool-00017"):
        run_import(db, tables, strict=True)
    del tables["log"][1]
    run_import(db, tables, strict=True)


def test_a_column_of_any_table_says_whose_an_id_is(db):
    """Of one that the document has not, too."""
    db.script("CREATE TABLE agents (id integer PRIMARY KEY, name text); CREATE TABLE teams (lead integer REFERENCES agents (id)); CREATE TABLE log (note text); INSERT INTO agents VALUES (1, 'here')")
    with db.refuses("WB027", 'column "note": old id 1 of table "agents"'):
        run_import(db, {"agents": [{"id": 1, "name": "x"}], "log": [{"note": json.dumps({"lead": 1, "other": 1})}]}, strict=True)


def suggestions(db, **options):
    return [(r["table_name"], r["column_name"], r["path"], r["target_table"], r["hit_rate"], r["sampled"]) for r in db.call("rule_suggest", json.dumps(options))]


def test_references_that_the_data_shows(flows):
    ids = [str(uuid.uuid4()) for _ in range(3)]
    flows.script("CREATE TABLE users (id text PRIMARY KEY); CREATE TABLE runs (id integer PRIMARY KEY, agent_id integer, size integer, doc text);"
                 + "".join(f"INSERT INTO users VALUES ('{one}');" for one in ids))
    doc = json.dumps({"by": ids[0], "n": 1, "list": [{"agentId": 2, "x": [1, 2]}, {"agentId": "1"}], "map": {ids[1]: 1}, "a b": {"o'x": ids[2]}})
    flows.sql("INSERT INTO runs VALUES (1, 2, 1, '%s')" % doc.replace("'", "''"))
    flows.sql("INSERT INTO runs VALUES (2, 9, 2, 'no document')")
    expected = [("runs", "agent_id", None, "agents", 0.5, 2), ("runs", "doc", "$.by", "users", 1, 1), ("runs", "doc", "$.list[*].agentId", "agents", 1, 2),
                ("runs", "doc", "$.map~", "users", 1, 1), ("runs", "doc", "$['a b']['o\\'x']", "users", 1, 1)]
    assert sorted(suggestions(flows), key=str) == sorted(expected, key=str)
    rule(flows, "runs", "doc", path="$.by", target_table="users")
    assert len(suggestions(flows)) == 4 and suggestions(flows, tables="users") == []
    with flows.refuses("WB001", "sample"):
        suggestions(flows, sample=0)


def test_unique_texts_need_a_column_of_text(db):
    """A pattern that cannot be written around a value is told, not passed over."""
    db.script("CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT, n INTEGER, r DOUBLE PRECISION, doc %s)" % ("jsonb" if db.engine == "postgresql" else "JSON"))
    row = {"id": 1, "name": "x", "n": 1, "r": 1.5, "doc": [1]}
    for column in ("n", "r", "doc"):
        with db.refuses("WB001", f"\"a.{column}\" is no text"):
            run_import(db, {"a": [row]}, rename={f"a.{column}": "{}0"})
    with db.refuses("WB023", "no column \"a.name\""):
        run_import(db, {"a": [{"id": 1, "n": 1}]}, rename={"a.name": "{}0"})
    run_import(db, {"a": [row, dict(row, id=2, name=None)]}, rename={"a.name": "{} (copy)"})
    assert db.sql("SELECT name FROM a ORDER BY id") == [("x (copy)",), (None,)]


def test_unique_texts_of_values_that_are_none(sqlite):
    db = sqlite
    db.script("CREATE TABLE a (id INTEGER PRIMARY KEY, x)")
    with db.refuses("WB024", "table \"a\", row 2, column \"x\"", "no text"):
        run_import(db, {"a": [{"id": 1, "x": "t"}, {"id": 2, "x": 5}]}, rename={"a.x": "{}0"})
    rows = db.call("import_json", document(a=[{"id": 1, "x": "t"}, {"id": 2, "x": 5}]), '{"preserve_ids": false, "on_error": "collect", "rename": {"a.x": "{}0"}}')
    assert [one["row_number"] for one in rows] == [None, 2] and db.sql("SELECT x FROM a") == [("t0",)]


@pytest.mark.parametrize("kind, value", [("numeric(10)", 1), ("date", "2026-01-01"), ("double precision", 1.5)])
def test_keys_that_cannot_get_new_ids(db, kind, value):
    db.script(f"CREATE TABLE o (id {kind} PRIMARY KEY, n text); INSERT INTO o VALUES ('{value}', 'here')")
    with db.refuses("WB005", "table \"o\", column \"id\"", "cannot get new ids", "natural_key", "preserve_ids"):
        run_import(db, {"o": [{"id": value, "n": "new"}]})
    db.sql("SELECT rule_add('natural_key', 'o', 'id')")
    run_import(db, {"o": [{"id": value, "n": "new"}]}, on_conflict="update")
    assert db.sql("SELECT n FROM o") == [("new",)]


def test_the_way_out_of_a_key_that_cannot_get_new_ids_can_be_called(db):
    db.script("""CREATE TABLE "it's" ("day's" date PRIMARY KEY)""")
    data = {"it's": [{"day's": "2026-01-01"}]}
    with db.refuses("WB005", """rule_add('natural_key', 'it''s', 'day''s')"""):
        run_import(db, data)
    db.sql("""SELECT rule_add('natural_key', 'it''s', 'day''s')""")
    run_import(db, data)
    assert db.one("""SELECT count(*) FROM "it's" """) == 1


def test_values_that_cannot_get_new_ids(sqlite):
    db = sqlite
    db.script("CREATE TABLE a (id BLOB PRIMARY KEY); CREATE TABLE b (id PRIMARY KEY)")
    for table, value in (("a", {"$bytes": "3q2+7wA="}), ("b", 1.5)):
        with db.refuses("WB005", f"table \"{table}\", column \"id\"", "cannot get a new id"):
            run_import(db, {table: [{"id": value}]})
