"""Rows with all that they need: foreign keys, references that only rules know, self references, composite keys."""

import json

import pytest

SCHEMA = """
    CREATE TABLE regions (code TEXT NOT NULL PRIMARY KEY, name TEXT);
    CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, region TEXT REFERENCES regions (code), boss BIGINT REFERENCES users (id));
    CREATE TABLE projects (owner BIGINT NOT NULL REFERENCES users (id), number BIGINT NOT NULL, title TEXT, PRIMARY KEY (owner, number));
    CREATE TABLE tasks (id BIGINT NOT NULL PRIMARY KEY, owner BIGINT, number BIGINT, agent BIGINT,
                        FOREIGN KEY (owner, number) REFERENCES projects (owner, number));
    CREATE TABLE agents (id BIGINT NOT NULL PRIMARY KEY, slug TEXT UNIQUE, region TEXT REFERENCES regions (code));
    CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT);
    INSERT INTO regions VALUES ('eu', 'Europe'), ('us', 'America'), ('as', 'Asia');
    INSERT INTO users VALUES (1, 'eu', NULL), (2, 'eu', 1), (3, 'us', 2), (4, NULL, NULL);
    INSERT INTO projects VALUES (3, 1, 'a'), (3, 2, 'b'), (4, 1, 'c');
    INSERT INTO agents VALUES (7, 'seven', 'as'), (8, 'eight', NULL);
    INSERT INTO tasks VALUES (100, 3, 1, 7), (101, 4, 1, 8), (102, NULL, 1, NULL), (103, 3, 2, NULL);
    INSERT INTO settings VALUES ('k', 'v');
"""


@pytest.fixture
def work(db):
    db.script(SCHEMA)
    return db


def subset(db, conditions, **options):
    document = json.loads(db.value("export_json", json.dumps({"subset": conditions, **options})))
    return {name: rows for name, rows in document.items() if name not in ("metadata", "$end")}


def keys(rows):
    return [tuple(row.values())[:2] if "number" in row and "title" in row else next(iter(row.values())) for row in rows]


def test_a_row_and_all_its_parents(work):
    exported = subset(work, {"tasks": "id = 100"})
    assert list(exported) == ["regions", "users", "projects", "tasks"]
    assert {name: keys(rows) for name, rows in exported.items()} == {
        "regions": ["eu", "us"], "users": [1, 2, 3], "projects": [(3, 1)], "tasks": [100]}


def test_null_in_a_key_of_several_columns_refers_to_nothing(work):
    assert subset(work, {"tasks": "id = 102"}) == {"tasks": [{"id": 102, "owner": None, "number": 1, "agent": None}]}


def test_references_that_a_rule_declares(work):
    work.value("rule_add", "reference", "tasks", "agent", '{"target_table": "agents"}')
    exported = subset(work, {"tasks": "id = 100"})
    assert keys(exported["agents"]) == [7] and keys(exported["regions"]) == ["as", "eu", "us"]
    work.script("CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY, about TEXT); INSERT INTO notes VALUES (1, 'eight'), (2, 'nobody')")
    work.value("rule_add", "reference", "notes", "about", '{"target_table": "agents", "target_column": "slug"}')
    assert subset(work, {"notes": "true"}) == {"agents": [{"id": 8, "slug": "eight", "region": None}],
                                               "notes": [{"id": 1, "about": "eight"}, {"id": 2, "about": "nobody"}]}


def test_several_beginnings_and_whole_tables_beside_them(work):
    exported = subset(work, {"tasks": "id > 102", "users": "id = 4"}, tables=["settings", "tasks"])
    assert keys(exported["settings"]) == ["k"]
    assert keys(exported["tasks"]) == [103]
    assert keys(exported["users"]) == [1, 2, 3, 4]
    assert keys(exported["projects"]) == [(3, 2)]


def test_what_is_excluded_is_not_followed(work):
    exported = subset(work, {"projects": "title = 'a'"}, exclude="users")
    assert exported == {"projects": [{"owner": 3, "number": 1, "title": "a"}]}
    with work.refuses("WB022", "task"):
        subset(work, {"task": "true"})
    with work.refuses("WB001", '"tasks"', '"subset"', "not one expression"):
        subset(work, {"tasks": "true)"})
    with work.refuses("WB001", '"users"', "subset needs"):
        subset(work, {"tasks": "true"}, where={"users": "id = 1"})
    with work.refuses(None, "tasks"):
        subset(work, {"tasks": "nothing = 1"})


def test_no_rows(work):
    assert subset(work, {"tasks": "id < 0"}) == {"tasks": []}


def test_it_is_complete(work, new_db):
    """An empty database with all foreign keys takes it, and the digests are those of the subset."""
    options = json.dumps({"subset": {"tasks": "id IN (100, 101)"}})
    text = work.value("export_json", options)
    target = new_db()
    target.script(SCHEMA[:SCHEMA.index("INSERT")])
    target.call("import_json", text)
    digests = {row["table_name"]: (row["row_count"], row["digest"]) for row in work.call("data_digest", options)}
    assert digests == {name: digest for name, digest in target.digests().items() if digest[0] > 0}


@pytest.mark.parametrize("count", [30, 5000])
def test_many_keys(db, count):
    """Beyond some keys the table is read as a whole and rows are left out; the result is the same."""
    db.script(f"""
        CREATE TABLE parents (id BIGINT NOT NULL PRIMARY KEY, up BIGINT REFERENCES parents (id), v TEXT);
        CREATE TABLE children (id BIGINT NOT NULL PRIMARY KEY, parent BIGINT REFERENCES parents (id));
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
        INSERT INTO parents SELECT i, CASE WHEN i % 10 = 3 THEN i - 2 END, 'v' || i FROM n;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO children SELECT i, i FROM n;""")
    exported = subset(db, {"children": f"id % 10 = 3 AND id <= {count * 2}"})
    expected = list(range(3, count * 2 + 1, 10))
    assert keys(exported["children"]) == expected
    assert keys(exported["parents"]) == sorted(expected + [i - 2 for i in expected])


def test_a_long_chain(db):
    db.script("""
        CREATE TABLE chain (id BIGINT NOT NULL PRIMARY KEY, next BIGINT REFERENCES chain (id));
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
        INSERT INTO chain SELECT i, CASE WHEN i > 1 THEN i - 1 END FROM n;""")
    assert keys(subset(db, {"chain": "id = 700"})["chain"]) == list(range(1, 701))


def test_tables_without_a_primary_key(db):
    db.script("""
        CREATE TABLE colours (name TEXT UNIQUE, hue BIGINT);
        CREATE TABLE things (colour TEXT REFERENCES colours (name), n BIGINT);
        INSERT INTO colours VALUES ('red', 1), ('blue', 2), (NULL, 3);
        INSERT INTO things VALUES ('red', 1), ('blue', 2), ('red', 3), (NULL, 4);""")
    exported = subset(db, {"things": "n IN (1, 3, 4)"})
    assert exported == {"colours": [{"name": "red", "hue": 1}],
                        "things": [{"colour": "red", "n": 1}, {"colour": "red", "n": 3}, {"colour": None, "n": 4}]}
    with db.refuses("WB005", '"colours"', "no primary key"):
        subset(db, {"colours": "true"})


def rule(db, table, column, **options):
    db.value("rule_add", "reference", table, column, json.dumps(options))


def test_references_inside_documents(work):
    """Values, integers and texts, keys, elements, templates in texts: all rows that documents name come along."""
    work.script("""
        CREATE TABLE flows (id BIGINT NOT NULL PRIMARY KEY, nodes JSONB, prompt TEXT);
        INSERT INTO flows VALUES
          (1, '{"steps": [{"agent": 7}, {"agent": "8"}, {"agent": null}, {"agent": "nobody"}, {"agent": 1e99}], "at": {"us": 1}}', NULL),
          (2, '{"steps": [], "at": {}}', 'ask {{user:2}} and {{user:99999999999}}'),
          (3, '[]', NULL);""")
    rule(work, "flows", "nodes", path="$.steps[*].agent", target_table="agents")
    rule(work, "flows", "nodes", path="$.at~", target_table="regions")
    rule(work, "flows", "prompt", pattern="{{user:{id}}}", target_table="users")
    exported = subset(work, {"flows": "id = 1"})
    assert {name: keys(rows) for name, rows in exported.items()} == {"regions": ["as", "us"], "agents": [7, 8], "flows": [1]}
    exported = subset(work, {"flows": "id = 2"})
    assert {name: keys(rows) for name, rows in exported.items()} == {"regions": ["eu"], "users": [1, 2], "flows": [2]}
    assert list(subset(work, {"flows": "id = 3"})) == ["flows"]
    assert list(subset(work, {"flows": "id = 1"}, exclude="agents")) == ["flows", "regions"]


def test_polymorphic_references(work):
    """Whose id it is says a column, or a value beside it; what it does not name is not followed."""
    work.script("""
        CREATE TABLE comments (id BIGINT NOT NULL PRIMARY KEY, kind TEXT, subject TEXT, doc JSONB);
        INSERT INTO comments VALUES (1, 'agent', '8', NULL), (2, 'user', '2', NULL), (3, 'other', '1', NULL), (4, NULL, '1', NULL),
          (5, 'agent', 'seven', NULL), (6, NULL, NULL, '{"items": [{"t": "a", "ref": 7}, {"t": "u", "ref": "1"}, {"t": "x", "ref": 3}]}');""")
    rule(work, "comments", "subject", discriminator="kind", targets={"agent": "agents", "user": "users"})
    rule(work, "comments", "doc", path="$.items[*].ref", discriminator="@.t", targets={"a": "agents", "u": "users"})
    for number, expected in {1: {"agents": [8]}, 2: {"regions": ["eu"], "users": [1, 2]}, 3: {}, 4: {}, 5: {},
                             6: {"regions": ["as", "eu"], "users": [1], "agents": [7]}}.items():
        exported = subset(work, {"comments": f"id = {number}"})
        del exported["comments"]
        assert {name: keys(rows) for name, rows in exported.items()} == expected


def test_documents_that_name_rows_of_their_own_table(db):
    """More references in one document than a batch holds, and back: each row once."""
    db.script("""
        CREATE TABLE pages (id BIGINT NOT NULL PRIMARY KEY, links TEXT);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
        INSERT INTO pages SELECT i, '[1, ' || (i + 1) || ']' FROM n;""")
    rule(db, "pages", "links", path="$[*]", target_table="pages")
    db.script(f"UPDATE pages SET links = '[{', '.join(str(i) for i in range(2, 900, 2))}]' WHERE id = 1")
    assert keys(subset(db, {"pages": "id = 1490"})["pages"]) == list(range(1, 1501))
