"""Many rows into an empty table with indexes and foreign keys, by its owner: the indexes are built once at the end and the
keys checked by one query each, and nothing that defines the table changes. In every other case row by row, as few rows are."""

import contextlib
import json

import psycopg2
import pytest

MANY = 6000  # enough that the table is loaded
FEW = 2000   # not

SCHEMA = """
    CREATE EXTENSION amcheck;
    CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);
    CREATE TABLE logs (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE, level text NOT NULL, tags int[]);
"""
KINDS_OF_INDEXES = """
    CREATE INDEX by_level ON logs (level) WHERE id > 10;
    CREATE INDEX by_upper ON logs (upper(level) DESC NULLS LAST) INCLUDE (user_id);
    CREATE INDEX by_tags ON logs USING gin (tags);
    CREATE INDEX by_block ON logs USING brin (id);
    CREATE INDEX by_hash ON logs USING hash (level);
    ALTER TABLE logs ADD CONSTRAINT no_twins EXCLUDE USING btree (id WITH =), ADD UNIQUE (level, id) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE logs ALTER level SET STATISTICS 17; ALTER INDEX by_upper ALTER COLUMN 1 SET STATISTICS 33;
    ALTER INDEX by_level SET (fillfactor = 70);
    COMMENT ON INDEX by_upper IS 'shouting'; COMMENT ON CONSTRAINT no_twins ON logs IS 'none';
    ALTER TABLE logs REPLICA IDENTITY USING INDEX logs_pkey; CLUSTER users USING users_pkey; ALTER TABLE logs CLUSTER ON by_upper;
"""

DEFINITIONS = """
    SELECT 'index', x.indexrelid::regclass::text, pg_get_indexdef(x.indexrelid) || x.indisvalid || x.indisready || x.indisclustered
           || x.indisreplident || x.indimmediate || coalesce(obj_description(x.indexrelid), '') || coalesce(c.reloptions::text, '')
           || (SELECT string_agg(attname || attstattarget::text, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = x.indexrelid)
      FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'constraint', oid::text || conname, pg_get_constraintdef(oid) || convalidated || condeferred || coalesce(obj_description(oid, 'pg_constraint'), '')
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgname, tgenabled::text || tgdeferrable || tginitdeferred FROM pg_trigger
    UNION ALL SELECT 'table', relname, relreplident::text || relhasindex || reltriggers FROM (SELECT *, relhastriggers AS reltriggers FROM pg_class) c
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL SELECT 'column', attrelid::regclass || '.' || attname, attstattarget::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attnum > 0
    ORDER BY 1, 2"""


def document(rows=MANY, users=50, **changed):
    """Users and their logs; `changed` overrides the fields of logs by row number ("4711": {...})."""
    logs = [{"id": i, "user_id": i % users + 1, "level": f"l{i % 7}", "tags": [i % 5, i]} for i in range(1, rows + 1)]
    for number, fields in changed.items():
        logs[int(number) - 1].update(fields)
    return {"users": [{"id": i, "email": f"{i}@x"} for i in range(1, users + 1)], "logs": logs}


def load(database, doc, **options):
    rows = database.call("import_json", json.dumps(doc), json.dumps(options))
    return {row["table_name"]: row["inserted"] for row in rows}


def files(database):
    """Which file each index is in: another one after it was built anew."""
    return dict(database.sql("SELECT indexrelid::regclass::text, pg_relation_filenode(indexrelid) FROM pg_index "
                             "WHERE indrelid::regclass::text IN ('users', 'logs', 'a', 'b', 'tree')"))


def check_indexes(database, tables=("users", "logs")):
    for table in tables:
        database.sql("SELECT bt_index_check(c.oid, true) FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid "
                     "JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND x.indrelid = %s::regclass", (table,))
    assert not any(row[0] for row in database.sql("SELECT pg_relation_filenode(c.oid) IS NULL FROM pg_class c WHERE relkind = 'i'"))


@contextlib.contextmanager
def loaded(database, *tables):
    """The block loads these tables, and no other."""
    before = files(database)
    yield
    changed = {name for name, file in files(database).items() if before[name] != file}
    expected = {name for name in before for table in tables if name.startswith(table) or table == "logs" and name.startswith(("by_", "no_"))}
    assert changed == expected


def test_every_definition_stays(postgresql):
    postgresql.script(SCHEMA + KINDS_OF_INDEXES)
    before = postgresql.sql(DEFINITIONS)
    with loaded(postgresql, "logs"):
        assert load(postgresql, document()) == {"users": 50, "logs": MANY}
    assert postgresql.sql(DEFINITIONS) == before
    check_indexes(postgresql)
    postgresql.sql("SET enable_seqscan = off")
    assert postgresql.one("SELECT count(*) FROM logs WHERE tags @> '{3}'") == MANY // 5  # 3 itself is one of those that end in 3 and 8
    assert postgresql.one("SELECT count(*) FROM logs WHERE upper(level) = 'L3'") == len([i for i in range(1, MANY + 1) if i % 7 == 3])
    with postgresql.fails("23503", "user_id"):
        postgresql.sql("INSERT INTO logs VALUES (0, 99, 'x')")
    with postgresql.fails("23505", "logs_pkey"):
        postgresql.sql("INSERT INTO logs VALUES (1, 1, 'x')")
    postgresql.sql("DELETE FROM users WHERE id = 1")
    assert postgresql.one("SELECT count(*) FROM logs") == MANY - MANY // 50


def test_from_an_export_and_with_a_dry_run(postgresql):
    postgresql.script(SCHEMA)
    load(postgresql, document())
    exported, digests = postgresql.value("export_json"), postgresql.digests()
    postgresql.sql("TRUNCATE users, logs")
    with loaded(postgresql):
        assert len(postgresql.call("import_json", exported, '{"dry_run": true}')) == 2
    assert postgresql.one("SELECT count(*) FROM logs") == 0
    check_indexes(postgresql)
    with loaded(postgresql, "logs"):
        postgresql.call("import_json", exported)
    assert postgresql.digests() == digests
    check_indexes(postgresql)
    with loaded(postgresql, "logs"):
        postgresql.call("import_json", exported, '{"clear": true}')
    assert postgresql.digests() == digests
    check_indexes(postgresql)


def test_a_rollback_around_it(postgresql):
    postgresql.script(SCHEMA)
    before = files(postgresql)
    postgresql.script("BEGIN; SAVEPOINT a")
    load(postgresql, document())
    assert postgresql.one("SELECT count(*) FROM logs WHERE id = 77") == 1
    postgresql.script("ROLLBACK TO a")
    assert postgresql.one("SELECT count(*) FROM logs") == 0
    load(postgresql, document(FEW))
    postgresql.script("COMMIT")
    assert files(postgresql) == before and postgresql.one("SELECT count(*) FROM logs") == FEW
    check_indexes(postgresql)


def test_not_for_few_rows_nor_for_tables_with_rows(postgresql):
    postgresql.script(SCHEMA)
    with loaded(postgresql):
        load(postgresql, document(FEW))
        load(postgresql, {"logs": [dict(row, id=row["id"] + 10_000) for row in document()["logs"]]})
    check_indexes(postgresql)
    assert postgresql.one("SELECT count(*) FROM logs") == FEW + MANY


@pytest.mark.parametrize("fault, code, words", [
    ({"user_id": 777}, "23503", ["logs_user_id_fkey", "Key (user_id)=(777) is not present"]),
    ({"id": 3}, "23505", ["logs_pkey", "row 4711"]),
    ({"level": None}, "23502", ["level", "row 4711"])])
def test_a_fault_is_named_as_row_by_row(postgresql, fault, code, words):
    postgresql.script(SCHEMA)
    with postgresql.refuses(code, "logs", *words) as fast:
        load(postgresql, document(**{"4711": fault}))
    postgresql.script("BEGIN ISOLATION LEVEL SERIALIZABLE")
    with postgresql.fails(code, *words) as slow:
        load(postgresql, document(**{"4711": fault}))
    postgresql.script("ROLLBACK")
    assert fast.text == slow.text
    check_indexes(postgresql)


def test_a_broken_exclusion_is_found(postgresql):
    postgresql.script(SCHEMA + "CREATE EXTENSION intarray; ALTER TABLE logs ADD EXCLUDE USING gist (tags WITH &&) WHERE (id > 5990)")
    rows = document(**{"5999": {"tags": [5992]}})
    for row in rows["logs"]:
        row["tags"] = row["tags"][-1:]
    with postgresql.refuses("23P01", "exclusion"):
        load(postgresql, rows)


def test_cycles_and_trees(postgresql):
    postgresql.script("""
        CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL); CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;
        CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree)""")
    before = postgresql.sql(DEFINITIONS)
    numbers = range(1, MANY + 1)
    doc = {"a": [{"id": i, "b_id": MANY + 1 - i} for i in numbers], "b": [{"id": i, "a_id": i} for i in numbers],
           "tree": [{"id": i, "parent": i + 1 if i < MANY else None} for i in numbers]}
    with loaded(postgresql, "a", "b", "tree"):
        load(postgresql, doc)
    assert postgresql.sql(DEFINITIONS) == before
    for table in "a", "b", "tree":
        with postgresql.fails("23503"):
            postgresql.sql(f"INSERT INTO {table} VALUES (0, -1)")
    postgresql.sql("TRUNCATE a, b, tree")
    doc["tree"][-1]["parent"] = MANY + 1
    with postgresql.refuses("23503", "tree_parent_fkey"):
        load(postgresql, doc)
    doc["tree"][-1]["parent"] = None
    doc["a"][0]["b_id"] = 0
    with postgresql.refuses("23503", "a_b_id_fkey"):
        load(postgresql, doc)
    del doc["a"], doc["b"]
    with loaded(postgresql, "tree"):
        load(postgresql, doc)


def test_deferred_keys_may_be_mended_until_the_commit(postgresql):
    postgresql.script(SCHEMA + "ALTER TABLE logs ALTER CONSTRAINT logs_user_id_fkey DEFERRABLE INITIALLY DEFERRED")
    with loaded(postgresql, "logs"):
        load(postgresql, document())
    postgresql.sql("TRUNCATE users, logs")
    broken = document(**{"4711": {"user_id": 777}})
    with postgresql.refuses("23503", "777"):
        load(postgresql, broken)
    postgresql.script("BEGIN")
    load(postgresql, broken)
    postgresql.script("INSERT INTO users VALUES (777, 'late'); COMMIT")
    check_indexes(postgresql)


def test_states_of_keys(postgresql):
    """One that is not valid checks new rows all the same, one whose trigger is off does not."""
    postgresql.script(SCHEMA + "ALTER TABLE logs DROP CONSTRAINT logs_user_id_fkey, ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users NOT VALID")
    before = postgresql.sql(DEFINITIONS)
    with postgresql.refuses("23503", '"k"'):
        load(postgresql, document(**{"4711": {"user_id": 777}}))
    with loaded(postgresql, "logs"):
        load(postgresql, document())
    assert postgresql.sql(DEFINITIONS) == before
    postgresql.script("TRUNCATE users, logs; ALTER TABLE logs DISABLE TRIGGER ALL")
    with loaded(postgresql, "logs"):
        load(postgresql, document(**{"4711": {"user_id": 777}}))


def test_parents_that_are_not_imported(postgresql):
    """Their rows are locked one by one, so that others can go on writing to them."""
    postgresql.script(SCHEMA + "INSERT INTO users SELECT i, i || '@x' FROM generate_series(1, 50) i")
    with contextlib.closing(postgresql.connect()) as other:
        other.autocommit = False
        other.cursor().execute("INSERT INTO users VALUES (99, 'new')")
        with loaded(postgresql, "logs"):
            load(postgresql, {"logs": document()["logs"]})
        other.commit()
    postgresql.sql("TRUNCATE logs")
    with postgresql.refuses("23503", "777"):
        load(postgresql, {"logs": document(**{"4711": {"user_id": 777}})["logs"]})


def test_nobody_is_waited_for(postgresql):
    """A transaction that has read the table holds its indexes: then row by row, beside it."""
    postgresql.script(SCHEMA)
    for statement in ("SELECT count(*) FROM logs", "INSERT INTO users VALUES (1000, 'other')"):
        with contextlib.closing(postgresql.connect()) as other:
            other.autocommit = False
            other.cursor().execute(statement)
            with loaded(postgresql, *(["logs"] if "users" in statement else [])):
                load(postgresql, document())
            other.commit()
        postgresql.sql("TRUNCATE users, logs")


def test_who_may_not_and_what_cannot_be_loaded(postgresql):
    postgresql.script(SCHEMA + "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;"
                      "DO $$ BEGIN CREATE ROLE importer; EXCEPTION WHEN duplicate_object THEN NULL; END $$; SET ROLE importer")
    with loaded(postgresql):
        load(postgresql, document())
    postgresql.script("RESET ROLE; TRUNCATE users, logs")
    # An index that is not valid would become so.
    with pytest.raises(psycopg2.Error):
        postgresql.sql("INSERT INTO logs VALUES (1, NULL, 'x'), (2, NULL, 'x')")
        postgresql.sql("CREATE UNIQUE INDEX CONCURRENTLY by_only_level ON logs (level)")
    postgresql.sql("TRUNCATE logs")
    with loaded(postgresql):
        load(postgresql, document())
    assert postgresql.one("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_only_level'::regclass") is False
    # A CHECK that looks into its own table needs the indexes on the way.
    postgresql.script("""DROP INDEX by_only_level; TRUNCATE users, logs;
        CREATE FUNCTION known(int) RETURNS boolean LANGUAGE sql AS 'SELECT count(*) < 9999999 FROM logs WHERE id = $1 + 1';
        ALTER TABLE logs ADD CHECK (known(id))""")
    with loaded(postgresql):
        load(postgresql, document())
    postgresql.script("ALTER TABLE logs DROP CONSTRAINT logs_id_check, ADD CHECK (length(level) < 9 AND current_date > '2020-01-01'); TRUNCATE users, logs")
    with loaded(postgresql, "logs"):
        load(postgresql, document())


def test_triggers_after_a_row_see_the_table_by_its_indexes(postgresql):
    postgresql.script(SCHEMA + """CREATE TABLE seen (id int);
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS
          'BEGIN INSERT INTO seen SELECT id FROM logs WHERE id = new.id; RETURN NULL; END';
        CREATE TRIGGER see AFTER INSERT ON logs FOR EACH ROW EXECUTE FUNCTION see()""")
    with loaded(postgresql, "logs"):
        load(postgresql, document())
    assert postgresql.one("SELECT count(DISTINCT id) FROM seen") == MANY
    postgresql.sql("TRUNCATE users, logs, seen")
    with loaded(postgresql, "logs"):
        load(postgresql, document(), triggers="off")
    assert postgresql.one("SELECT count(*) FROM seen") == 0


def test_large_values_and_little_memory(postgresql):
    postgresql.script(SCHEMA + "ALTER TABLE logs ALTER level SET STORAGE EXTERNAL")
    rows = document(**{"5000": {"level": "x" * 100_000}})
    postgresql.script("SET maintenance_work_mem = '1MB'")
    with loaded(postgresql, "logs"):
        load(postgresql, rows)
    assert postgresql.one("SELECT length(level) FROM logs WHERE id = 5000") == 100_000
    check_indexes(postgresql)
