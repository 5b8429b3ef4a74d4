"""migrate_plan: every statement that would run, and each kind of hazard with a case for and a case against it."""

import re

import pytest
from migrations import ITEMS, NOTES, ROWS, source


def hazards(db, text, options="{}"):
    """The hazards of each statement of one migration, on top of the items."""
    rows = db.call("migrate_plan", source(_001_items=ITEMS, _002_rows=ROWS, _003_more=text), options)
    return [set(row["hazard"].split(", ")) if row["hazard"] else set() for row in rows]


@pytest.fixture
def items(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    return db


def test_one_row_for_each_statement(db):
    with db.unchanged():
        rows = db.call("migrate_plan", source(_001_items=ITEMS, _002_rows=ROWS, _010_add_notes=NOTES))
    assert list(rows[0]) == ["version", "description", "ordinal", "line", "sql", "transactional", "hazard", "detail"]
    assert [(r["version"], r["description"], r["ordinal"], r["line"], r["sql"][:11], bool(r["transactional"]), r["hazard"]) for r in rows] == [
        ("001", "Items", 1, 3, "CREATE TABL", True, None), ("002", "rows", 1, 2, "INSERT INTO", True, None),
        ("002", "rows", 2, 3, "INSERT INTO", True, None), ("010", "add notes", 1, 2, "ALTER TABLE", True, None)]


def test_the_options_of_an_apply(db):
    migrations = source(_001_items=ITEMS, _002_rows=ROWS, _010_add_notes=NOTES)
    assert {r["version"] for r in db.call("migrate_plan", migrations, '{"target": "002"}')} == {"001", "002"}
    assert {r["version"] for r in db.call("migrate_plan", migrations, '{"steps": 1}')} == {"001"}
    with db.fails("WB016", "77"):
        db.call("migrate_plan", migrations, '{"target": "77"}')
    with db.fails("WB001", "target"):
        db.call("migrate_plan", migrations, '{"tarket": "2"}')


def test_what_is_applied_is_not_planned(items):
    assert items.call("migrate_plan", source(_001_items=ITEMS, _002_rows=ROWS)) == []


def test_statements_outside_of_a_transaction(db):
    text = "-- migrate:up transaction:false\nCREATE TABLE t (n INTEGER);"
    assert [bool(row["transactional"]) for row in db.call("migrate_plan", source(_001_t=text))] == [False]


@pytest.mark.parametrize("text", ["DROP TABLE items;", "DELETE FROM items;"])
def test_lost_data(items, text):
    rows = items.call("migrate_plan", source(_003_more=text))
    assert "lost_data" in rows[0]["hazard"] and "3 rows now" in rows[0]["detail"]


def test_a_dropped_column_loses_data(items):
    items.sql("ALTER TABLE items ADD COLUMN note TEXT")
    assert "lost_data" in hazards(items, "ALTER TABLE items DROP COLUMN note;")[0]


@pytest.mark.parametrize("text", ["DELETE FROM items WHERE id = 1;", "UPDATE items SET name = '';", "DROP VIEW IF EXISTS v;",
                                  "CREATE TABLE x (n INTEGER); DROP TABLE x;", "DROP TABLE IF EXISTS nowhere;",
                                  "CREATE TABLE x (n INTEGER); DELETE FROM x;"])
def test_no_lost_data(items, text):
    assert not any("lost_data" in kinds for kinds in hazards(items, text))


@pytest.mark.parametrize("text", [
    "CREATE TEMPORARY TABLE kept (i, n); INSERT INTO kept SELECT id, name FROM items; DROP TABLE items; CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, more TEXT);"
    "INSERT INTO items (id, name) SELECT i, n FROM kept; DROP TABLE kept;",
    "CREATE TABLE kept AS SELECT * FROM items; DROP TABLE items; CREATE TABLE items AS SELECT id, name FROM kept;"])
def test_rows_that_are_kept_in_another_table(items, text):
    text = text.replace("kept (i, n)", "kept (i INTEGER, n TEXT)")
    plan = items.call("migrate_plan", source(_003_more=text))
    assert not any("lost_data" in (row["hazard"] or "") for row in plan)
    assert "rebuild" in next(row for row in plan if row["sql"] == "DROP TABLE items")["detail"]


@pytest.mark.parametrize("text", [
    "CREATE TABLE kept AS SELECT * FROM items; DROP TABLE items; CREATE TABLE items (id INTEGER); INSERT INTO items VALUES (1);",
    "CREATE TABLE kept (id INTEGER); DROP TABLE items; CREATE TABLE items (id INTEGER); INSERT INTO items SELECT id FROM kept;",
    "CREATE TABLE kept AS SELECT * FROM items WHERE id > 1; DROP TABLE items; CREATE TABLE items (id INTEGER); INSERT INTO items SELECT id FROM kept;",
    "CREATE TABLE kept AS SELECT * FROM items; DROP TABLE items; CREATE TABLE items AS SELECT id FROM kept LIMIT 1;"])
def test_rows_that_do_not_come_back(items, text):
    assert any("lost_data" in kinds for kinds in hazards(items, text))


def test_rows_that_break_a_unique_index(items):
    assert hazards(items, "CREATE UNIQUE INDEX u ON items (name);") == [set()]
    items.sql("INSERT INTO items VALUES (4, 'one'), (5, 'one'), (6, NULL), (7, NULL)")
    assert hazards(items, "CREATE UNIQUE INDEX u ON items (name);") == [{"constraint_violation"}]
    assert hazards(items, "CREATE UNIQUE INDEX u ON items (name) WHERE id < 4;") == [set()]
    rows = items.call("migrate_plan", source(_003_more="CREATE UNIQUE INDEX u ON items (name);"))
    assert "3 rows break it" in rows[0]["detail"]


def test_rows_that_break_a_new_not_null(items):
    assert "constraint_violation" in hazards(items, "ALTER TABLE items ADD COLUMN n INTEGER NOT NULL;")[0]
    assert "constraint_violation" not in hazards(items, "ALTER TABLE items ADD COLUMN n INTEGER NOT NULL DEFAULT 0;")[0]
    assert "constraint_violation" not in hazards(items, "ALTER TABLE items ADD COLUMN n INTEGER;")[0]


HEIRS = """CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1);
CREATE TABLE old (id int, parent int, up int); CREATE TABLE heir () INHERITS (old); INSERT INTO old VALUES (1, 1, 1); INSERT INTO heir VALUES (1, 9, -1);
CREATE TABLE parts (id int, parent int) PARTITION BY RANGE (id); CREATE TABLE part PARTITION OF parts DEFAULT; INSERT INTO parts VALUES (1, 1), (1, 9);
CREATE TABLE pairs (a int, b int, UNIQUE (a, b)); INSERT INTO pairs VALUES (1, 1);
CREATE TABLE loose (a int, b int); INSERT INTO loose VALUES (1, NULL), (NULL, NULL), (NULL, NULL), (1, 1);
CREATE TABLE uses (wide bigint); INSERT INTO uses VALUES (1)"""


@pytest.mark.parametrize("text, rows", [
    ("ALTER TABLE old ADD UNIQUE (id)", 0), ("CREATE UNIQUE INDEX ON old (id)", 0), ("ALTER TABLE old ADD FOREIGN KEY (parent) REFERENCES parent", 0),
    ("ALTER TABLE old ADD CHECK (up > 0)", 1), ("ALTER TABLE old ADD CHECK (up > 0) NO INHERIT", 0),
    ("ALTER TABLE parts ADD UNIQUE (id)", 2), ("CREATE UNIQUE INDEX ON parts (id)", 2), ("CREATE UNIQUE INDEX ON ONLY parts (id)", 0),
    ("ALTER TABLE parts ADD FOREIGN KEY (parent) REFERENCES parent", 1),
    ("ALTER TABLE loose ADD UNIQUE (a)", 2), ("ALTER TABLE loose ADD UNIQUE NULLS NOT DISTINCT (b)", 3), ("CREATE UNIQUE INDEX ON loose (a, b) NULLS NOT DISTINCT", 2),
    ("ALTER TABLE loose ADD PRIMARY KEY (a)", 4),
    ("ALTER TABLE loose ADD FOREIGN KEY (a, b) REFERENCES pairs (a, b)", 0), ("ALTER TABLE loose ADD FOREIGN KEY (a, b) REFERENCES pairs (a, b) MATCH FULL", 1),
    ("ALTER TABLE uses ADD FOREIGN KEY (wide) REFERENCES parent", 0)])
def test_rows_that_break_a_constraint_are_those_that_the_server_refuses(postgresql, text, rows):
    postgresql.script(HEIRS)
    detail = postgresql.call("migrate_plan", source(_001_a=text))[0]["detail"] or ""
    assert re.findall(r": (\d+) rows? breaks? it", detail) == ([str(rows)] if rows else [])
    if rows:
        with postgresql.fails(None):
            postgresql.sql(text)
    else:
        postgresql.sql(text)


def test_operators_of_others_see_no_row_of_a_plan(postgresql):
    """The name of an operator is looked up in the search_path; one for these very types goes before that of the server."""
    postgresql.script("""CREATE TABLE p (id varchar(9) PRIMARY KEY); CREATE TABLE c (id varchar(9)); INSERT INTO p VALUES ('a'); INSERT INTO c VALUES ('a');
        CREATE FUNCTION theirs(varchar, varchar) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE ''called''; END';
        CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = theirs)""")
    assert postgresql.call("migrate_plan", source(_001_a="ALTER TABLE c ADD FOREIGN KEY (id) REFERENCES p"))[0]["hazard"] is None
    postgresql.sql("INSERT INTO c VALUES ('b')")
    assert "1 row breaks it" in postgresql.call("migrate_plan", source(_001_a="ALTER TABLE c ADD FOREIGN KEY (id) REFERENCES p"))[0]["detail"]


def test_large_indexes(items):
    assert hazards(items, "CREATE INDEX i ON items (name);") == [set()]
    items.sql("INSERT INTO items WITH RECURSIVE n (n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM n WHERE n < 100010) SELECT n, 'x' FROM n"
              if items.engine == "sqlite" else "INSERT INTO items SELECT n, 'x' FROM generate_series(10, 100010) n")
    assert hazards(items, "CREATE INDEX i ON items (name);") == [{"index_build"}]
    if items.engine == "postgresql":
        assert hazards(items, "CREATE INDEX CONCURRENTLY i ON items (name);") == [set()]


LOCK = {"access_exclusive_lock"}
FRESH = "CREATE TABLE fresh (id INTEGER PRIMARY KEY, name TEXT); {} DROP TABLE items; ALTER TABLE fresh RENAME TO items;"


def lost(db, text):
    """The facts of each loss that the plan of a rebuild tells."""
    row = next(row for row in db.call("migrate_plan", source(_003_more=text)) if row["sql"] == "DROP TABLE items")
    details = row["detail"].split("\n")
    assert "table_rewrite" in row["hazard"] and len(set(details)) == len(details)
    losses = [line for line in details if "no plain copy" in line or "without the column" in line]
    assert ("lost_data" in row["hazard"]) == bool(losses), row
    return losses


@pytest.mark.parametrize("copy", [
    "INSERT INTO fresh SELECT * FROM items;", "INSERT INTO fresh (id, name) SELECT id, name FROM items ORDER BY id;", "insert into fresh select \"id\", upper(\"name\") from \"items\";",
    "INSERT INTO fresh (name, id) SELECT i.name, i.id FROM items AS i;", "INSERT INTO fresh SELECT id, coalesce(name, '') FROM items UNION ALL SELECT 9, 'x' ORDER BY 1, 2;",
    "INSERT INTO fresh SELECT i.* FROM items i;",
    "INSERT INTO fresh SELECT id, coalesce(name, (SELECT max(name) FROM items WHERE id = 1 LIMIT 1)) FROM items;",
    "WITH old AS (SELECT * FROM items) INSERT INTO fresh SELECT * FROM old;", "INSERT INTO fresh SELECT * FROM items UNION ALL SELECT 100, 'more';",
    "CREATE TABLE kept AS SELECT * FROM items; INSERT INTO fresh SELECT id, name FROM kept;",
    "CREATE TABLE other (id INTEGER); INSERT INTO fresh SELECT i.id, i.name FROM items i LEFT JOIN other ON other.id = i.id LEFT OUTER JOIN other AS third ON third.id = i.id;",
    "INSERT INTO fresh SELECT * FROM items WHERE id = 1; INSERT INTO fresh SELECT id, upper(name) FROM items WHERE NOT id = 1 ORDER BY id;",
    "INSERT INTO fresh SELECT * FROM items i WHERE i.id IN (1, 2); INSERT INTO fresh SELECT * FROM items i WHERE (i.id > 2 OR i.id IS NULL);",
    "INSERT INTO fresh SELECT id, (SELECT max(name) FROM items) FROM items;", "INSERT INTO fresh SELECT sum(1) OVER (ORDER BY id), max(name) OVER () FROM items;",
    "INSERT INTO fresh SELECT * FROM items WHERE id = 1; DELETE FROM fresh; INSERT INTO fresh SELECT * FROM items;"])
def test_a_rebuild_is_no_loss(items, copy):
    assert lost(items, FRESH.format(copy)) == []


@pytest.mark.parametrize("copy", [
    "", "INSERT INTO fresh VALUES (1, 'one');", "INSERT INTO fresh SELECT * FROM items WHERE id = 1;", "INSERT INTO fresh SELECT * FROM items LIMIT 1;",
    "INSERT INTO fresh SELECT DISTINCT * FROM items;", "INSERT INTO fresh SELECT min(id), name FROM items GROUP BY name;",
    "INSERT INTO fresh SELECT i.* FROM items i JOIN items j ON i.id = j.id + 1;", "INSERT INTO fresh SELECT * FROM items UNION SELECT 1, 'one';",
    "INSERT INTO fresh SELECT i.* FROM items i, items j;", "INSERT INTO fresh SELECT * FROM items UNION ALL SELECT 7, 'x' FROM items AS i, (SELECT 1) AS j;",
    "CREATE TABLE other (id INTEGER, name TEXT); INSERT INTO fresh SELECT * FROM other;",
    "INSERT INTO fresh SELECT i.* FROM (SELECT 1 AS one) o LEFT JOIN items i ON i.id = o.one;", "CREATE TABLE other (id INTEGER); INSERT INTO fresh SELECT i.* FROM items i LEFT JOIN items j ON i.id = j.id CROSS JOIN other;",
    "INSERT INTO fresh SELECT max(id), max(name) FROM items;", "INSERT INTO fresh SELECT 1, sum(id) FILTER (WHERE id > 1) FROM items;",
    "INSERT INTO fresh SELECT * FROM items WHERE id = 1; INSERT INTO fresh SELECT * FROM items WHERE id = 2;",
    "INSERT INTO fresh SELECT * FROM items WHERE id < 4;", "INSERT INTO fresh SELECT * FROM items WHERE abs(id) = 1; INSERT INTO fresh SELECT * FROM items WHERE NOT abs(id) = 1;",
    "INSERT INTO fresh SELECT * FROM items WHERE name = 'one'; INSERT INTO fresh SELECT * FROM items WHERE name <> 'one' LIMIT 1;",
    "INSERT INTO fresh SELECT * FROM items; DELETE FROM fresh;",
    "INSERT INTO fresh SELECT * FROM items WHERE id = 1; DELETE FROM fresh; INSERT INTO fresh SELECT * FROM items WHERE NOT id = 1;"])
def test_a_rebuild_that_leaves_rows_behind(items, copy):
    assert ["3 rows now" in line and "no plain copy of all of them to" in line and "fresh" in line for line in lost(items, FRESH.format(copy))] == [True]


def test_pieces_that_no_row_with_a_null_is_in(items):
    text = FRESH.format("INSERT INTO fresh SELECT * FROM items WHERE name = 'one'; INSERT INTO fresh SELECT * FROM items WHERE NOT name = 'one';")
    assert lost(items, text) == []
    items.sql("INSERT INTO items VALUES (4, NULL)")
    assert len(lost(items, text)) == 1


def test_the_greatest_of_a_row_is_no_aggregate(sqlite):
    sqlite.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    assert lost(sqlite, FRESH.format("INSERT INTO fresh SELECT max(id, 0), min(name, (SELECT 'x')) FROM items;")) == []


def test_a_table_that_is_emptied_after_its_rebuild(items):
    copy = "CREATE TABLE fresh (id INTEGER, name TEXT); INSERT INTO fresh SELECT * FROM items;"
    for text, at in ((copy + "DROP TABLE items; DELETE FROM fresh; ALTER TABLE fresh RENAME TO items;", 3), (copy + "DROP TABLE items; ALTER TABLE fresh RENAME TO items; DELETE FROM items;", 4),
                     ("ALTER TABLE items RENAME TO aside; CREATE TABLE items (id INTEGER, name TEXT); INSERT INTO items SELECT * FROM aside; DELETE FROM items; DROP TABLE aside;", 4)):
        assert [i for i, kinds in enumerate(hazards(items, text)) if "lost_data" in kinds] == [at], text


@pytest.mark.parametrize("insert", ["INSERT OR IGNORE", "INSERT OR REPLACE", "REPLACE"])
def test_a_rebuild_that_resolves_conflicts(sqlite, insert):
    sqlite.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    assert len(lost(sqlite, FRESH.format(insert + " INTO fresh SELECT * FROM items;"))) == 1
    assert lost(sqlite, FRESH.format("INSERT OR ABORT INTO [fresh] SELECT `id`, [name] FROM `items`;")) == []


def test_a_rebuild_by_what_cannot_be_read(postgresql):
    postgresql.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    assert lost(postgresql, FRESH.format("DO $$ BEGIN INSERT INTO fresh SELECT * FROM items; END $$;")) == []
    assert len(lost(postgresql, FRESH.format("INSERT INTO fresh SELECT * FROM items ON CONFLICT DO NOTHING;"))) == 1
    assert lost(postgresql, FRESH.format("INSERT INTO fresh TABLE items;")) == []


def test_a_rebuild_without_a_column(items):
    for table, copy in [("id INTEGER PRIMARY KEY", "SELECT id FROM items"), ("id INTEGER PRIMARY KEY, name TEXT", "(id) SELECT id FROM items")]:
        text = f"CREATE TABLE fresh ({table}); INSERT INTO fresh {copy}; DROP TABLE items; ALTER TABLE fresh RENAME TO items;"
        assert ["without the column name: 3 rows now" in line for line in lost(items, text)] == [True]
    text = "CREATE TABLE kept AS SELECT * FROM items; DROP TABLE items; CREATE TABLE items (id INTEGER); INSERT INTO items SELECT id FROM kept;"
    assert ["without the column name" in line for line in lost(items, text)] == [True]


def test_a_rebuild_that_renames_a_column(items):
    text = "CREATE TABLE fresh (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO fresh (id, title) SELECT id, name FROM items; DROP TABLE items; ALTER TABLE fresh RENAME TO items;"
    assert lost(items, text) == []
    assert lost(items, "ALTER TABLE items RENAME COLUMN name TO title; " + text.replace("name FROM", "title FROM")) == []


@pytest.mark.parametrize("before, after", [("", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO items SELECT id, name FROM aside;"),
                                           ("CREATE TABLE fresh AS SELECT * FROM items;", "ALTER TABLE fresh RENAME TO items;")])
def test_a_table_that_is_renamed_before_it_is_dropped(items, before, after):
    """The catalog has it by its old name."""
    def last(text):
        row = items.call("migrate_plan", source(_003_more=text))[-1]
        return set(row["hazard"].split(", ")) - LOCK, row["detail"]

    text = before + "ALTER TABLE items RENAME TO aside; " + after + " DROP TABLE aside;"
    kinds, detail = last(text)
    assert kinds == {"table_rewrite"} and "3 rows now" in detail
    kinds, detail = last(text.replace("SELECT id, name", "SELECT id").replace("SELECT *", "SELECT id"))
    assert kinds == {"table_rewrite", "lost_data"} and "without the column name" in detail
    for lossy in (text.replace("FROM aside;", "FROM aside WHERE id = 1;").replace("FROM items;", "FROM items LIMIT 1;"), "ALTER TABLE items RENAME TO aside; DROP TABLE aside;"):
        kinds, detail = last(lossy)
        assert kinds == {"lost_data"} and "3 rows now" in detail


def test_each_of_several_rebuilds(items):
    """The second one has the rows of the first, but for columns that are called otherwise by now."""
    items.sql("ALTER TABLE items ADD COLUMN note TEXT")
    first = "CREATE TABLE fresh (id INTEGER PRIMARY KEY, title TEXT, note TEXT); INSERT INTO fresh SELECT id, name, note FROM items; DROP TABLE items; ALTER TABLE fresh RENAME TO items;"
    second = "CREATE TABLE fresh (id INTEGER PRIMARY KEY, title TEXT); {} DROP TABLE items; ALTER TABLE fresh RENAME TO items;"

    def told(text):
        rows = items.call("migrate_plan", source(_003_more=first, _004_again=text))
        row, = (row for row in rows if row["version"] == "004" and row["sql"] == "DROP TABLE items")
        return [line for line in row["detail"].split("\n") if "without the column" in line or "no plain copy" in line]

    assert ["without the column note" in line for line in told(second.format("INSERT INTO fresh SELECT id, title FROM items;"))] == [True]
    assert ["no plain copy" in line for line in told(second.format(""))] == [True]
    assert "lost_data" in hazards(items, first + "DROP TABLE items;")[4]


def test_a_table_that_is_there_is_not_new(items):
    assert "lost_data" in hazards(items, "CREATE TABLE IF NOT EXISTS items (id INTEGER); DROP TABLE items;")[1]
    assert hazards(items, "DROP TABLE IF EXISTS items; CREATE TABLE items (id INTEGER); DROP TABLE items;")[2] == set()


def test_a_computed_column_is_not_copied(items):
    items.sql("CREATE TABLE sums (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)")
    text = "CREATE TABLE fresh (a INTEGER); INSERT INTO fresh SELECT a FROM sums; DROP TABLE sums; ALTER TABLE fresh RENAME TO sums;"
    assert "lost_data" not in hazards(items, text)[2]


def test_the_same_fact_is_told_once(items):
    for row in items.call("migrate_plan", source(_003_more="DROP TABLE items;")):
        lines = row["detail"].split("\n")
        assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("text, kinds", [
    ("ALTER TABLE items ALTER COLUMN n TYPE bigint", LOCK | {"table_rewrite"}),
    ("ALTER TABLE items ALTER COLUMN v TYPE varchar(20)", LOCK),
    ("ALTER TABLE items ALTER COLUMN v TYPE varchar(5)", LOCK | {"table_rewrite"}),
    ("ALTER TABLE items ALTER COLUMN v TYPE text", LOCK),
    ("ALTER TABLE items ADD COLUMN x double precision DEFAULT random()", LOCK | {"table_rewrite"}),
    ("ALTER TABLE items ADD COLUMN x timestamptz DEFAULT now()", LOCK),
    ("ALTER TABLE items ADD COLUMN x serial", LOCK | {"table_rewrite"}),
    ("ALTER TABLE items ADD COLUMN x int GENERATED ALWAYS AS (n + 1) STORED", LOCK | {"table_rewrite"}),
    ("ALTER TABLE items SET UNLOGGED", LOCK | {"table_rewrite"}),
    ("CLUSTER items USING items_pkey", LOCK | {"table_rewrite"}),
    ("VACUUM (FULL) items", LOCK | {"table_rewrite"}), ("VACUUM (FULL off) items", set()),
    ("TRUNCATE items", LOCK | {"lost_data"}),
    ("ALTER TABLE items ALTER COLUMN v SET NOT NULL", LOCK | {"constraint_violation"}),
    ("ALTER TABLE items ALTER COLUMN n SET NOT NULL", LOCK),
    ("ALTER TABLE items ADD CHECK (n > 1)", LOCK | {"constraint_violation"}),
    ("ALTER TABLE items ADD CHECK (n > 1) NOT VALID", LOCK),
    ("ALTER TABLE items ADD CHECK (n > 0)", LOCK),
    ("ALTER TABLE items ADD UNIQUE (v)", LOCK),
    ("ALTER TABLE items ADD UNIQUE (u)", LOCK | {"constraint_violation"}),
    ("ALTER TABLE items ADD FOREIGN KEY (n) REFERENCES parents", {"constraint_violation"}),
    ("ALTER TABLE items ADD FOREIGN KEY (u) REFERENCES parents", set()),
    ("ALTER TABLE items VALIDATE CONSTRAINT items_pkey", set()),
    ("COMMENT ON TABLE items IS 'x'", set()),
])
def test_hazards_of_postgresql(postgresql, text, kinds):
    db = postgresql
    db.script("""CREATE TABLE parents (id int PRIMARY KEY); INSERT INTO parents VALUES (1);
                 CREATE TABLE items (id int PRIMARY KEY, n int, v varchar(10), u int);
                 INSERT INTO items VALUES (1, 1, 'a', 1), (2, 2, NULL, 1)""")
    with db.unchanged():
        rows = db.call("migrate_plan", source(_001_more=text))
    assert [set(row["hazard"].split(", ")) if row["hazard"] else set() for row in rows] == [kinds], rows


@pytest.mark.parametrize("name, broken", [("big", "1 row breaks it now"), ('"Has, parent"', "1 row breaks it now"), ("small", None), ("proved", None), ("nowhere", None), ("pair", "2 rows break it now")])
def test_what_a_validation_would_find(postgresql, name, broken):
    postgresql.script("""CREATE TABLE parents (id int PRIMARY KEY, x int, y text, UNIQUE (x, y)); INSERT INTO parents VALUES (1, 1, 'a');
                         CREATE TABLE items (id int PRIMARY KEY, n int, "N, n" int, x int, y text, CONSTRAINT proved CHECK (n > 0));
                         INSERT INTO items VALUES (1, 1, 1, 1, 'a'), (2, 2, 2, 1, 'b'), (3, 3, NULL, 2, NULL);
                         ALTER TABLE items ADD CONSTRAINT big CHECK (n > 1) NOT VALID; ALTER TABLE items ADD CONSTRAINT small CHECK (n < 10) NOT VALID;
                         ALTER TABLE items ADD CONSTRAINT "Has, parent" FOREIGN KEY ("N, n") REFERENCES parents NOT VALID;
                         ALTER TABLE items ADD CONSTRAINT pair FOREIGN KEY (x, y) REFERENCES parents (x, y) MATCH FULL NOT VALID""")
    statement = f"ALTER TABLE items VALIDATE CONSTRAINT {name}"
    with postgresql.unchanged():
        rows = postgresql.call("migrate_plan", source(_001_more=statement))
    assert [(row["hazard"], row["detail"]) for row in rows] == [("constraint_violation", f"VALIDATE CONSTRAINT {name} on public.items: {broken}") if broken else (None, None)]
    if broken:
        with postgresql.fails(("23514", "23503")):
            postgresql.call("migrate_apply", source(_001_more=statement))


def test_what_a_validation_of_not_null_would_find(postgresql):
    if postgresql.connection.server_version < 180000:
        pytest.skip("PostgreSQL 18")
    postgresql.script("CREATE TABLE items (id int, n int); INSERT INTO items VALUES (1, NULL); ALTER TABLE items ADD CONSTRAINT given NOT NULL n NOT VALID")
    assert [row["hazard"] for row in postgresql.call("migrate_plan", source(_001_more="ALTER TABLE items VALIDATE CONSTRAINT given"))] == ["constraint_violation"]


@pytest.mark.parametrize("change, rewrites", [
    ("a TYPE text USING a", False), ('a TYPE text USING "a"::text', False), ('a TYPE varchar(300) USING "a"::varchar(300)', False), ("a TYPE varchar(256) USING a", False),
    ("a TYPE varchar(20) USING a::varchar(20)", True), ("a TYPE text USING b", True), ("a TYPE text USING upper(a)", True), ("a TYPE short", False), ("a TYPE checked", True),
    ("moment TYPE timestamptz", False), ("moment TYPE timestamptz USING moment AT TIME ZONE 'Europe/Paris'", True), ("n TYPE numeric(12, 2)", False), ("n TYPE numeric(12, 3)", True)])
def test_new_types_that_rewrite_as_the_server_does(postgresql, change, rewrites):
    db = postgresql
    db.script("""CREATE DOMAIN short AS text; CREATE DOMAIN checked AS text CHECK (VALUE <> 'x'); SET TimeZone = 'UTC';
                 CREATE TABLE t (a varchar(256), b text, moment timestamp, n numeric(10, 2)); INSERT INTO t VALUES ('a', 'b', now(), 1)""")
    migrations = source(_001_more=f"ALTER TABLE t ALTER COLUMN {change};")
    with db.unchanged():
        assert ("table_rewrite" in db.call("migrate_plan", migrations)[0]["hazard"]) == rewrites
        facts = db.call("migrate_apply", migrations, '{"dry_run": true}')
    assert any(row["status"] == "rewritten" for row in facts) == rewrites


def test_a_time_zone_that_is_not_utc_rewrites(postgresql):
    postgresql.script("CREATE TABLE t (moment timestamp); INSERT INTO t VALUES (now()); SET TimeZone = 'Europe/Paris'")
    assert "table_rewrite" in postgresql.call("migrate_plan", source(_001_more="ALTER TABLE t ALTER moment TYPE timestamptz;"))[0]["hazard"]


def test_a_new_column_that_gets_its_type_again(postgresql):
    postgresql.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    text = "ALTER TABLE t ADD COLUMN c varchar(18); ALTER TABLE t ALTER COLUMN c TYPE character varying(18); ALTER TABLE t ALTER COLUMN c TYPE int USING c::int;"
    assert ["table_rewrite" in (row["hazard"] or "") for row in postgresql.call("migrate_plan", source(_001_more=text))] == [False, False, True]


FAMILY = """CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE, m mood);
    CREATE TABLE c (id int PRIMARY KEY, p_id int CONSTRAINT of_p REFERENCES p, code text REFERENCES p (code), n int);
    CREATE TABLE g (c_id int REFERENCES c, moods mood[]); CREATE TABLE alone (n int, CONSTRAINT positive CHECK (n > 0)); CREATE TABLE heir () INHERITS (alone);
    INSERT INTO p VALUES (1, 'x', 'ok'), (2, 'y', 'ok'); INSERT INTO c VALUES (1, 1, 'x', 1); INSERT INTO g VALUES (1);
    CREATE MATERIALIZED VIEW summary AS SELECT 1 AS n; CREATE SCHEMA other; CREATE POLICY pol ON alone;
    CREATE RULE quiet AS ON UPDATE TO alone DO NOTHING; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER trg BEFORE INSERT ON alone FOR EACH ROW EXECUTE FUNCTION f();
    CREATE TABLE parts (n int) PARTITION BY LIST (n); CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE part_2 (n int);
    CREATE TABLE lots (n int) PARTITION BY LIST (n); CREATE TABLE lot_1 PARTITION OF lots FOR VALUES IN (1); CREATE TABLE lot_2 (n int); CREATE TABLE rest PARTITION OF lots DEFAULT"""


@pytest.mark.parametrize("text", [
    "ALTER TABLE c DROP CONSTRAINT of_p", "DROP TABLE g", "DROP TABLE c CASCADE", "DROP TABLE p CASCADE", "ALTER TABLE c DROP COLUMN p_id", "ALTER TABLE c DROP COLUMN n",
    "ALTER TABLE c ALTER COLUMN p_id TYPE bigint", "ALTER TABLE p ALTER COLUMN id TYPE bigint", "ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE", "ALTER TABLE p DROP COLUMN code CASCADE",
    "CREATE POLICY more ON alone", "ALTER POLICY pol ON alone USING (true)", "ALTER POLICY pol ON alone RENAME TO pal", "DROP POLICY pol ON alone", "DROP TRIGGER trg ON public.alone",
    "ALTER TRIGGER trg ON alone RENAME TO other", "CREATE RULE more AS ON DELETE TO alone DO NOTHING", "ALTER RULE quiet ON alone RENAME TO loud", "DROP RULE quiet ON alone",
    "ALTER TABLE c RENAME CONSTRAINT of_p TO for_p", "ALTER TABLE alone SET SCHEMA other", "DROP MATERIALIZED VIEW summary", "TRUNCATE g", "TRUNCATE c CASCADE", "TRUNCATE p CASCADE",
    "CREATE TABLE part_3 PARTITION OF parts FOR VALUES IN (3)", "CREATE TABLE lot_3 PARTITION OF lots FOR VALUES IN (3)", "ALTER TABLE lots DETACH PARTITION lot_1",
    "ALTER TABLE lots ATTACH PARTITION lot_2 FOR VALUES IN (2)", "ALTER TABLE lots DETACH PARTITION rest",
    "ALTER TABLE parts DETACH PARTITION part_1", "ALTER TABLE parts ATTACH PARTITION part_2 FOR VALUES IN (2)", "DROP TABLE alone CASCADE", "DROP TYPE mood CASCADE",
    *(f"ALTER TABLE {table} {change}" for table in ("alone", "parts", "ONLY alone", "heir") for change in ("ALTER n SET DEFAULT 1", "ALTER n SET NOT NULL", "ENABLE ROW LEVEL SECURITY")),
    *(f"ALTER TABLE {table} ADD CHECK (n > 0)" for table in ("alone", "parts", "heir")), "ALTER TABLE alone ADD CHECK (n > 0) NO INHERIT",
    "ALTER TABLE alone ADD UNIQUE (n)", "ALTER TABLE ONLY alone ADD UNIQUE (n)",
    *(f"ALTER TABLE {table} {change}" for table in ("alone", "parts") for change in (
        "ADD COLUMN more int", "ADD COLUMN more int DEFAULT random()", "RENAME COLUMN n TO m")),
    "ALTER TABLE alone ALTER n TYPE bigint", "ALTER TABLE alone DROP COLUMN n", "ALTER TABLE alone DROP CONSTRAINT positive", "ALTER TABLE alone RENAME CONSTRAINT positive TO other"])
def test_the_tables_that_nobody_reads_meanwhile(postgresql, text):
    """What the plan names is what the dry run finds."""
    db = postgresql
    db.script(FAMILY)
    with db.unchanged():
        row, = db.call("migrate_plan", source(_001_more=text))
        facts = db.call("migrate_apply", source(_001_more=text), '{"dry_run": true}')
    locked = {fact["description"] for fact in facts if fact["status"] == "lock" and fact["detail"] == "AccessExclusiveLock"}
    named = {line.split(": ")[-2].split(" on ")[-1] for line in (row["detail"] or "").split("\n") if ": " in line}
    assert named == locked and ("access_exclusive_lock" in (row["hazard"] or "")) == bool(locked), row


def test_many_partitions_are_counted(postgresql):
    postgresql.script("CREATE TABLE many (n int) PARTITION BY LIST (n);" + "".join(f"CREATE TABLE of_{n} PARTITION OF many FOR VALUES IN ({n});" for n in range(21)))
    for text in ("ALTER TABLE many ADD COLUMN more int", "ALTER TABLE many RENAME COLUMN n TO m"):
        row, = postgresql.call("migrate_plan", source(_001_more=text))
        assert "and its 21 heirs and partitions on public.many: 0 rows now" in row["detail"] and "of_1" not in row["detail"]


@pytest.mark.parametrize("text, losses", [
    ("TRUNCATE p CASCADE", ["public.c: 1 row now", "public.g: 1 row now"]), ("DROP TYPE mood CASCADE", ["the column m on public.p: 2 rows now", "the column moods on public.g: 1 row now"]),
    ("DROP TABLE alone CASCADE", ["public.heir: 0 rows now"])])
def test_what_cascade_takes_along(postgresql, text, losses):
    postgresql.script(FAMILY)
    row, = postgresql.call("migrate_plan", source(_001_more=text))
    assert "lost_data" in row["hazard"] and [loss for loss in losses if loss not in row["detail"]] == []


def test_a_new_enum_value_in_its_own_transaction(postgresql):
    postgresql.sql("CREATE TYPE mood AS ENUM ('ok')")
    add, use = "ALTER TYPE mood ADD VALUE 'bad'", "SELECT 'bad'::mood"
    rows = postgresql.call("migrate_plan", source(_001_a=add, _002_b=use))
    assert [row["hazard"] for row in rows] == [None, "enum_value_used"]
    rows = postgresql.call("migrate_plan", source(_001_a="-- migrate:up transaction:false\n" + add, _002_b=use))
    assert [row["hazard"] for row in rows] == [None, None]


def test_the_same_word_is_not_the_new_enum_value(postgresql):
    """Where the server can read the statement it says so; elsewhere it is no more than a warning."""
    postgresql.script("CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE notes (n text, m mood)")
    text = """ALTER TYPE mood ADD VALUE 'bad'; INSERT INTO notes (n) VALUES ('bad'); UPDATE notes SET m = 'bad';
              CREATE INDEX ON notes (n) WHERE n = 'bad'; CREATE TABLE later (m mood DEFAULT 'bad')"""
    with postgresql.unchanged():
        plan = postgresql.call("migrate_plan", source(_001_a=text))
        rows = postgresql.call("migrate_validate", source(_001_a=text))
    assert [row["hazard"] for row in plan] == [None, None, "enum_value_used", "enum_value_used", "enum_value_used"]
    found = [(row["severity"], row["message"]) for row in rows if row["code"] == "enum_value_used"]
    assert [severity for severity, _ in found] == ["error", "warning", "error"]
    assert all("migrate_run" in message for _, message in found)


def test_a_new_enum_value_may_be_a_neighbour(postgresql):
    postgresql.sql("CREATE TYPE mood AS ENUM ('ok')")
    text = "ALTER TYPE mood ADD VALUE 'bad'; ALTER TYPE mood ADD VALUE 'so' BEFORE 'bad'; COMMENT ON TYPE mood IS 'bad'; ALTER TYPE mood RENAME VALUE 'bad' TO 'worse';"
    assert [row["hazard"] for row in postgresql.call("migrate_plan", source(_001_a=text))] == [None] * 4
    postgresql.call("migrate_apply", source(_001_a=text))


@pytest.mark.parametrize("setting", ["SET search_path TO app;", "SELECT set_config('search_path', 'app', false);", "SET LOCAL search_path = app;", "SET SCHEMA 'app';"])
def test_a_search_path_that_the_migration_sets(postgresql, setting):
    db = postgresql
    db.script("CREATE SCHEMA app; CREATE TABLE t (i int); INSERT INTO t VALUES (1); CREATE TABLE app.t (i int); INSERT INTO app.t VALUES (1), (2)")
    with db.unchanged():
        rows = db.call("migrate_plan", source(_001_a=f"{setting} DROP TABLE t;", _002_b="DROP TABLE t;"))
    assert ["app.t: 2 rows now" in rows[1]["detail"], "public.t: 1 row now" in rows[2]["detail"]] == [True, True]
    assert db.one("SHOW search_path") == '"$user", public'


def test_a_search_path_that_only_the_run_knows(postgresql):
    postgresql.script("CREATE TABLE t (i int); INSERT INTO t VALUES (1)")
    text = "CREATE TABLE paths (p text); INSERT INTO paths VALUES ('x'); SELECT set_config('search_path', p, false) FROM paths; DROP TABLE t;"
    assert "lost_data" in postgresql.call("migrate_plan", source(_001_a=text))[3]["hazard"]


@pytest.mark.parametrize("value", ["nextval('numbers')::text", "(SELECT 'app' || nextval('numbers'))"])
def test_a_search_path_is_not_computed_for_a_look(postgresql, value):
    postgresql.script("CREATE SEQUENCE numbers; CREATE TABLE t (i int)")
    postgresql.call("migrate_plan", source(_001_a=f"SELECT set_config('search_path', {value}, false); DROP TABLE t;"))
    assert postgresql.one("SELECT nextval('numbers')") == 1


def test_a_schema_that_goes_with_its_tables(postgresql):
    postgresql.script("CREATE SCHEMA app; CREATE TABLE app.t (i int); INSERT INTO app.t VALUES (1), (2); CREATE VIEW app.v AS SELECT * FROM app.t")
    rows = postgresql.call("migrate_plan", source(_001_a="DROP SCHEMA app CASCADE;"))
    assert "lost_data" in rows[0]["hazard"] and "DROP SCHEMA app on app.t: 2 rows now" in rows[0]["detail"]


def test_a_value_that_the_enum_has_is_no_new_one(postgresql):
    postgresql.sql("CREATE TYPE mood AS ENUM ('ok', 'bad')")
    rows = postgresql.call("migrate_plan", source(_001_a="ALTER TYPE mood ADD VALUE IF NOT EXISTS 'bad'; SELECT 'bad'::mood"))
    assert [row["hazard"] for row in rows] == [None, None]


def test_the_way_out_of_a_new_enum_value(postgresql):
    postgresql.sql("CREATE TYPE mood AS ENUM ('ok')")
    text = "ALTER TYPE mood ADD VALUE 'bad'; SELECT 'bad'::mood"
    with postgresql.refuses("55P04", "migrate_run"):
        postgresql.call("migrate_apply", source(_001_a=text))


@pytest.mark.parametrize("column, kinds", [
    ("x plain NOT NULL", set()), ("x plain", set()), ("x plain NOT NULL DEFAULT NULL", {"constraint_violation"}), ("x int NOT NULL DEFAULT NULL", {"constraint_violation"}),
    ("x drawn", {"table_rewrite"}), ("x drawn DEFAULT 1", set()), ("x checked", {"table_rewrite"}), ("x checked NOT NULL DEFAULT 1", {"table_rewrite"}),
    ("x checked NOT NULL", {"table_rewrite", "constraint_violation"}), ("x int DEFAULT 1", set()), ("IF NOT EXISTS id serial NOT NULL", set())])
def test_new_columns_are_as_the_server_makes_them(postgresql, column, kinds):
    postgresql.script("""CREATE DOMAIN plain AS int DEFAULT 5; CREATE DOMAIN drawn AS float DEFAULT random(); CREATE DOMAIN checked AS int CHECK (value > 0);
        CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)""")
    text = f"ALTER TABLE t ADD COLUMN {column}"
    assert hazards(postgresql, text)[-1] - LOCK == kinds
    file = "SELECT pg_relation_filenode('t')"
    before = postgresql.one(file)
    if "constraint_violation" in kinds:
        with postgresql.fails("23502"):
            postgresql.sql(text)
    else:
        postgresql.sql(text)
        assert (postgresql.one(file) != before) is ("table_rewrite" in kinds)


def size(db, text):
    return db.call("migrate_plan", source(_001_a=text))[0]["detail"].splitlines()[0].split(": ")[-1]


def test_a_materialized_view_without_data(postgresql):
    postgresql.script("CREATE MATERIALIZED VIEW seen AS SELECT 1 AS id WITH NO DATA")
    assert size(postgresql, "REFRESH MATERIALIZED VIEW seen") == "0 rows now"
    postgresql.sql("REFRESH MATERIALIZED VIEW seen")
    assert size(postgresql, "REFRESH MATERIALIZED VIEW seen") == "1 row now, 8192 bytes"


def test_a_large_table_of_parts_is_not_counted(postgresql):
    """Nor where one part is empty, and one has been filled since the others were analysed."""
    postgresql.script("""CREATE TABLE parts (id int, v text) PARTITION BY RANGE (id); CREATE TABLE a PARTITION OF parts FOR VALUES FROM (0) TO (20000);
        CREATE TABLE b PARTITION OF parts FOR VALUES FROM (20000) TO (30000); CREATE TABLE c PARTITION OF parts DEFAULT; ALTER TABLE a ALTER v SET STORAGE PLAIN;
        ALTER TABLE b ALTER v SET STORAGE PLAIN; CREATE TABLE old (id int); CREATE TABLE heir () INHERITS (old); INSERT INTO old VALUES (1); INSERT INTO heir VALUES (2)""")
    postgresql.sql("INSERT INTO parts VALUES (1, 'x')")
    assert size(postgresql, "ALTER TABLE parts DROP COLUMN v") == "1 row now, 8192 bytes"
    assert size(postgresql, "TRUNCATE old") == "2 rows now, 16 kB"
    postgresql.sql("TRUNCATE parts; INSERT INTO parts SELECT n, repeat('x', 7000) FROM generate_series(0, 9999) n; ANALYZE a")
    postgresql.sql("INSERT INTO parts SELECT n, repeat('x', 7000) FROM generate_series(20000, 20999) n")
    assert size(postgresql, "ALTER TABLE parts DROP COLUMN v") == "about 11000 rows now, 85 MB"


def test_a_plain_role_gets_a_plan(postgresql):
    """What may not be read is not counted, and the plan goes on."""
    db = postgresql
    db.script("CREATE TABLE items (id int); INSERT INTO items VALUES (1)")
    db.script("CREATE ROLE planner; GRANT CREATE, USAGE ON SCHEMA public TO planner; SET ROLE planner")
    try:
        rows = db.call("migrate_plan", source(_001_a="ALTER TABLE items ALTER id SET NOT NULL"))
        assert [row["hazard"] for row in rows] == ["access_exclusive_lock"]
    finally:
        db.script("RESET ROLE; DROP OWNED BY planner; DROP ROLE planner")


@pytest.mark.parametrize("text, rewrites", [
    ("ALTER TABLE t ADD COLUMN c varchar(20); ALTER TABLE t ALTER c TYPE varchar(50); ALTER TABLE t ALTER c TYPE varchar(100); ALTER TABLE t ALTER c TYPE text;", [False] * 4),
    ("ALTER TABLE t ADD COLUMN c varchar(20); ALTER TABLE t ALTER c TYPE varchar(10);", [False, True]),
    ("ALTER TABLE t ALTER b TYPE varchar(30); ALTER TABLE t ALTER b TYPE varchar(50); ALTER TABLE t ALTER b TYPE varchar(40)", [True, False, True]),
    ("ALTER TABLE t ALTER a TYPE text; ALTER TABLE t ALTER a TYPE varchar(50);", [False, True]),
    ("ALTER TABLE t ALTER b TYPE int USING 1; ALTER TABLE t ALTER b TYPE bigint; ALTER TABLE t ALTER b TYPE bigint USING b + 1", [True, True, True]),
    ("ALTER TABLE t ALTER n TYPE numeric(12,2), ALTER a TYPE varchar(300); ALTER TABLE t ALTER n TYPE numeric(14,2)", [False, False])])
def test_a_column_that_gets_several_types_in_a_run(postgresql, text, rewrites):
    postgresql.script("CREATE TABLE t (a varchar(20), b text, n numeric(10,2)); INSERT INTO t VALUES ('a', 'b', 1)")
    rows = postgresql.call("migrate_plan", source(_001_more=text))
    assert ["table_rewrite" in row["hazard"] for row in rows] == rewrites
    told = {row["description"] for row in postgresql.call("migrate_apply", source(_001_more=text), '{"dry_run": true}') if row["status"] == "rewritten"} if "USING" not in text else {"public.t"}
    assert bool(told) == any(rewrites)


@pytest.mark.parametrize("added, broken", [
    ("CHECK (n > 1)", "2 rows break it now"), ("CHECK (n > 0)", None), ("FOREIGN KEY (n) REFERENCES p (id)", "1 row breaks it now"), ("FOREIGN KEY (n) REFERENCES p (id) ON DELETE CASCADE", "1 row breaks it now")])
def test_a_constraint_that_the_run_adds_and_validates(postgresql, added, broken):
    db = postgresql
    db.script("CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1), (2); CREATE TABLE t (n int); INSERT INTO t VALUES (1), (1), (3), (NULL)")
    text = f'ALTER TABLE t ADD CONSTRAINT "The One" {added} NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT "The One"; ALTER TABLE t VALIDATE CONSTRAINT other'
    rows = db.call("migrate_plan", source(_001_more=text))
    assert ["constraint_violation" in (row["hazard"] or "") for row in rows] == [False, broken is not None, False]
    assert broken is None or rows[1]["detail"] == f'VALIDATE CONSTRAINT "The One" on public.t: {broken}'
    # What stands between may mend it.
    mended = text.replace("; ALTER", "; UPDATE t SET n = 2; ALTER", 1)
    severities = [row["severity"] for row in db.call("migrate_validate", source(_001_more=mended)) if row["code"] == "constraint_violation"]
    assert severities == (["warning"] if broken else [])


@pytest.mark.parametrize("text, broken", [
    ("ALTER DOMAIN word ADD CONSTRAINT longer CHECK (length(VALUE) > 1)", [1]), ("ALTER DOMAIN word ADD CHECK (VALUE <> 'z')", [0]), ("ALTER DOMAIN word SET NOT NULL", [1]),
    ("ALTER DOMAIN word ADD CONSTRAINT longer CHECK (length(VALUE) > 1) NOT VALID; ALTER DOMAIN word VALIDATE CONSTRAINT longer", [0, 1]),
    ("ALTER DOMAIN word VALIDATE CONSTRAINT known", [1]), ("ALTER DOMAIN word VALIDATE CONSTRAINT proved", [0]), ("ALTER DOMAIN word VALIDATE CONSTRAINT nothing", [0]),
    ("ALTER DOMAIN nowhere ADD CHECK (VALUE > 1)", [0]), ("ALTER DOMAIN word ADD CHECK (nothing > 1)", [0]), ("ALTER DOMAIN word SET DEFAULT 'a'", [0])])
def test_a_domain_asks_the_rows_of_its_columns(postgresql, text, broken):
    db = postgresql
    db.script("""CREATE DOMAIN word AS varchar(9) CONSTRAINT proved CHECK (VALUE <> 'q'); CREATE TABLE t (id int, w word, "W" word); INSERT INTO t VALUES (1, 'ab', 'cd'), (2, 'x', 'ef'), (3, NULL, 'gh');
        CREATE TABLE others (w word); CREATE VIEW v AS SELECT * FROM t; ALTER DOMAIN word ADD CONSTRAINT known CHECK (VALUE NOT LIKE 'x%') NOT VALID""")
    with db.unchanged():
        rows = db.call("migrate_plan", source(_001_more=text))
    assert [(row["detail"] or "").count("1 row breaks it now") for row in rows] == broken
    assert [row["hazard"] for row in rows] == ["constraint_violation" if count else None for count in broken]
