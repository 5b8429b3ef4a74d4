"""What COPY goes around, an import goes through: row security, privileges, rules, partitions, inheritance, tables of other
servers. Exports read the same tables the same way."""

import contextlib
import json

import pytest


@contextlib.contextmanager
def as_role(database, name):
    database.script(f"DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
                    f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {name}; SET ROLE {name}")
    yield
    database.script("RESET ROLE")


def test_row_security(postgresql):
    postgresql.script("""CREATE TABLE t (id int PRIMARY KEY, owner text); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
                         CREATE POLICY own ON t USING (owner = current_user) WITH CHECK (owner = current_user); GRANT ALL ON t TO PUBLIC""")
    rows = [{"id": i, "owner": "importer"} for i in range(5000)]
    with as_role(postgresql, "importer"):
        postgresql.call("import_json", json.dumps({"t": rows}))
        with postgresql.fails("42501", "row-level security", "row 2"):
            postgresql.call("import_json", json.dumps({"t": [{"id": -1, "owner": "importer"}, {"id": -2, "owner": "other"}]}))
    assert postgresql.one("SELECT count(*) FROM t") == 5000
    postgresql.sql("INSERT INTO t VALUES (-3, 'other')")
    with as_role(postgresql, "importer"), postgresql.fails("42501", "row-level security"):
        postgresql.value("export_json")  # rather than a part of the rows


def test_column_privileges(postgresql):
    postgresql.script("CREATE TABLE t (id int, secret text DEFAULT 'none'); GRANT SELECT (id), INSERT (id) ON t TO PUBLIC")
    with as_role(postgresql, "importer"):
        postgresql.call("import_json", '{"t": [{"id": 1}]}')
        with postgresql.fails("42501", "t"):
            postgresql.call("import_json", '{"t": [{"id": 2, "secret": "x"}]}')
        with postgresql.fails("42501", "t"):
            postgresql.value("export_json")
    assert postgresql.sql("SELECT * FROM t") == [(1, "none")]


def test_partitions_of_every_kind(postgresql):
    postgresql.script("""
        CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
        CREATE TABLE parent (id int PRIMARY KEY);
        CREATE TABLE t (id int, day date, parent int REFERENCES parent, note text, PRIMARY KEY (id, day, note)) PARTITION BY RANGE (day);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-07-01') PARTITION BY LIST (note);
        CREATE TABLE t1a PARTITION OF t1 FOR VALUES IN ('a');
        CREATE TABLE t1b (note text NOT NULL, gone int, day date NOT NULL, id int NOT NULL, parent int);
        ALTER TABLE t1b DROP COLUMN gone; ALTER TABLE t1 ATTACH PARTITION t1b DEFAULT;
        CREATE TABLE t2 PARTITION OF t FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
        CREATE INDEX ON t (note)""")
    rows = [{"id": i, "day": f"2026-{i % 12 + 1:02}-01", "parent": i % 9, "note": "ab"[i % 2]} for i in range(9000)]
    document = {"parent": [{"id": i} for i in range(9)], "t": rows}
    postgresql.call("import_json", json.dumps(document))
    assert postgresql.sql("SELECT tableoid::regclass::text, count(*) FROM t GROUP BY 1 ORDER BY 1") == [("t1a", 2250), ("t1b", 2250), ("t2", 4500)]
    exported, digests = postgresql.value("export_json"), postgresql.digests()
    assert sorted(digests) == ["parent", "t"]
    postgresql.call("import_json", exported, '{"clear": true}')
    assert postgresql.digests() == digests
    for change, code in ({"day": "2030-01-01"}, "23514"), ({"parent": 77}, "23503"):
        with postgresql.refuses(code, "t"):
            postgresql.call("import_json", json.dumps({"t": [dict(rows[0], id=-1, **change)]}))


def test_triggers_of_a_partition_are_looked_for(postgresql):
    """What a partition's own trigger changes is found out, as for any table."""
    postgresql.script("""CREATE TABLE t (id int, v text) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t DEFAULT;
        INSERT INTO t VALUES (1, 'x');
        CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.v = ''y''; RETURN new; END';
        CREATE TRIGGER change BEFORE INSERT ON t1 FOR EACH ROW EXECUTE FUNCTION change()""")
    with postgresql.refuses(None, "not those of the document"):
        postgresql.call("import_json", postgresql.value("export_json"), '{"clear": true}')
    postgresql.call("import_json", postgresql.value("export_json"), '{"clear": true, "triggers": "off"}')
    assert postgresql.sql("SELECT v FROM t") == [("x",)]


def test_inheritance(postgresql):
    postgresql.script("""CREATE TABLE base (id int PRIMARY KEY, v text); CREATE TABLE derived (more int) INHERITS (base);
                         INSERT INTO base VALUES (1, 'b'); INSERT INTO derived VALUES (2, 'd', 3)""")
    exported, digests = postgresql.value("export_json"), postgresql.digests()
    assert {name: rows for name, (rows, _) in digests.items()} == {"base": 1, "derived": 1}
    postgresql.call("import_json", exported, '{"clear": true}')
    assert postgresql.digests() == digests
    assert postgresql.sql("SELECT id FROM base ORDER BY 1") == [(1,), (2,)]


def test_rules(postgresql):
    postgresql.script("CREATE TABLE t (id int); CREATE TABLE copy (id int); CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO copy VALUES (new.id)")
    postgresql.call("import_json", json.dumps({"t": [{"id": i} for i in range(300)]}))
    assert postgresql.one("SELECT count(*) FROM copy") == 300


@pytest.fixture
def two(new_postgresql):
    """A database with a foreign table, and the one where its rows are."""
    here, there = new_postgresql(), new_postgresql()
    there.script("CREATE TABLE far (id int PRIMARY KEY, v text, at timestamptz DEFAULT now(), CHECK (id <> 13))")
    host, port, user = there.sql("SELECT current_setting('unix_socket_directories'), current_setting('port'), current_user")[0]
    here.script(f"""CREATE EXTENSION postgres_fdw; CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw
                      OPTIONS (host '{host}', port '{port}', dbname '{there.name}');
                    CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (user '{user}');
                    CREATE FOREIGN TABLE near (id int NOT NULL, v text, at timestamptz) SERVER other OPTIONS (table_name 'far');
                    CREATE TABLE plain (id int PRIMARY KEY)""")
    return here, there


def test_tables_of_another_server(two):
    here, there = two
    rows = [{"id": i, "v": f"v{i}", "at": "2026-11-21T12:00:00Z"} for i in range(100, 400)]
    options = '{"tables": ["near", "plain"]}'
    here.call("import_json", json.dumps({"plain": [{"id": 1}], "near": rows}), options)
    assert there.one("SELECT count(*) FROM far WHERE at = '2026-11-21T12:00:00Z'") == 300
    exported = here.value("export_json", options)
    assert len(json.loads(exported)["near"]) == 300 and "near" not in json.loads(here.value("export_json"))
    digests = here.digests(tables=["near"])
    here.call("import_json", exported, '{"tables": ["near", "plain"], "clear": true}')
    assert here.digests(tables=["near"]) == digests
    assert there.digests()["far"] == digests["near"]


def test_partitions_of_another_server(two):
    """Documents and digests have all rows of the table; SQL for a copy of the database, which will have the same partition, those that are here."""
    here, there = two
    here.script("""CREATE TABLE parted (id int NOT NULL, v text, at timestamptz) PARTITION BY RANGE (id); CREATE TABLE few PARTITION OF parted FOR VALUES FROM (0) TO (100);
                   CREATE FOREIGN TABLE many PARTITION OF parted FOR VALUES FROM (100) TO (500) SERVER other OPTIONS (table_name 'far');
                   CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                   CREATE TRIGGER same BEFORE INSERT ON few FOR EACH ROW EXECUTE FUNCTION same()""")
    rows = [{"id": i, "v": f"v{i}", "at": "2026-11-21T12:00:00Z"} for i in (1, 2, 100, 101, 102)]
    here.call("import_json", json.dumps({"parted": rows}))
    document = here.value("export_json", '{"tables": ["parted"]}')
    assert json.loads(document)["parted"] == rows
    assert [row["matches"] for row in here.call("data_verify", document)] == [True]
    here.call("import_json", document, '{"clear": true}')
    assert there.one("SELECT count(*) FROM far") == 3
    text = "".join(row["sql"] for row in here.call("export_data", '{"tables": ["parted"]}'))
    assert "'v2'" in text and "'v100'" not in text


def test_what_the_other_server_refuses_undoes_all(two):
    here, there = two
    with here.refuses("23514", "far_id_check"), there.unchanged():
        here.call("import_json", json.dumps({"plain": [{"id": 1}], "near": [{"id": i, "v": None, "at": None} for i in range(20)]}),
                  '{"tables": ["near", "plain"]}')
    here.script("BEGIN")
    here.call("import_json", '{"near": [{"id": 5}]}', '{"tables": "near", "dry_run": true}')
    here.script("COMMIT")
    assert there.one("SELECT count(*) FROM far") == 0


def test_rows_in_sets(postgresql):
    """Rows that the executor has to see go in batch by batch; what is wrong with one of them is named all the same."""
    postgresql.script("""CREATE TYPE color AS ENUM ('red'); CREATE DOMAIN short AS varchar(3) CHECK (value <> 'no');
        CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, code short DEFAULT 'd', c color, at timestamptz(0), n numeric(4,1), tags text[]);
        CREATE TABLE seen (id int); CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO seen VALUES (new.id);
        CREATE FUNCTION count_them() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN IF (SELECT count(*) FROM t) <> 1000 THEN RAISE ''%'', (SELECT count(*) FROM t); END IF; RETURN NULL; END';
        CREATE TRIGGER once AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION count_them()""")
    rows = [{"id": i, "c": "red", "at": "2026-11-21T12:00:00.6Z", "n": 1.25, "tags": ["a", None]} for i in range(1, 1001)]
    for i in range(0, 1000, 7):
        rows[i]["code"] = "abc"
        del rows[i]["n"]
    postgresql.call("import_json", json.dumps({"t": rows}), "{}")
    assert postgresql.sql("SELECT count(*), count(n), min(n)::float8, min(at) = '2026-11-21T12:00:01Z' FROM t") == [(1000, 857, 1.3, True)]
    assert postgresql.sql("SELECT code, count(*) FROM t GROUP BY 1 ORDER BY 1") == [("abc", 143), ("d", 857)]
    assert postgresql.one("SELECT count(*) FROM seen") == 1000
    postgresql.sql("TRUNCATE t, seen")
    rows[700]["code"] = "no"
    with postgresql.refuses("23514", 'table "t", row 701', "short"):
        postgresql.call("import_json", json.dumps({"t": rows}))


def test_rows_without_anything(postgresql):
    postgresql.script("CREATE TABLE t (id serial, v text DEFAULT 'x'); CREATE RULE r AS ON INSERT TO t DO ALSO NOTHING")
    postgresql.call("import_json", '{"t": [{}, {}, {"v": "y"}, {}]}')
    assert postgresql.sql("SELECT * FROM t ORDER BY id") == [(1, "x"), (2, "x"), (3, "y"), (4, "x")]
