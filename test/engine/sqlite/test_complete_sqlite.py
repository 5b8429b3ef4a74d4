"""A whole database of SQLite as SQL: what the plain sqlite3 shell makes of it is the database itself."""

import json
import shutil
import sqlite3
import subprocess

import pytest

from sqlite_zoo import ZOO, random_schema
from sqlite_database import MODULE, open_database

RANDOM = 60


def make(path, sql):
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()
    return path


def texts(path, **options):
    """The schema and the data of a file as SQL."""
    connection = open_database(path)
    schema = connection.execute("SELECT export_schema(?)", (json.dumps(options),)).fetchone()[0]
    data = "\n".join(row[0] for row in connection.execute("SELECT * FROM export_data(?)", (json.dumps(options),)))
    connection.close()
    return schema, data + "\n"


def shell(path, sql):
    # The shell of 3.42 and later protects the tables behind virtual tables.
    done = subprocess.run(["sqlite3", "-bail", "-batch", "-cmd", ".dbconfig defensive off", path], input=sql, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def dump(path):
    done = subprocess.run(["sqlite3", path, ".dump --preserve-rowids"], capture_output=True, check=True)
    return done.stdout.decode(errors="surrogateescape")


def values(path):
    """Every value of every table by storage class and bytes, rowids as well."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    found = {}
    for (name,) in connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') AND name <> 'sqlite_schema'").fetchall():
        name = name.decode()
        columns = [row[1].decode() for row in connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)) if row[6] != 1]
        cells = ", ".join('typeof("{0}"), "{0}"'.format(column.replace('"', '""')) for column in columns)
        rows = connection.execute('SELECT {} FROM "{}"'.format(cells, name.replace('"', '""'))).fetchall()
        # A sign of zero and the last bit count.
        found[name] = [[cell.hex() if isinstance(cell, float) else cell for cell in row] for row in rows]
    connection.close()
    return found


def broken_keys(path):
    """What foreign_key_check says of each table: rows, or that the key itself is none."""
    connection, found = sqlite3.connect(path), {}
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        try:
            found[name] = connection.execute("SELECT * FROM pragma_foreign_key_check(?)", (name,)).fetchall()
        except sqlite3.OperationalError as error:
            found[name] = str(error)
    connection.close()
    return found


def is_same(source, copy):
    assert dump(copy) == dump(source)
    assert values(copy) == values(source)
    if shutil.which("sqldiff"):
        # (A table without any name for its rowid differs from itself.)
        differences = [subprocess.run(["sqldiff", source, other], capture_output=True, check=True).stdout for other in (copy, source)]
        assert differences[0] == differences[1]
    connection = sqlite3.connect(copy)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert broken_keys(copy) == broken_keys(source)
    for name, sql in connection.execute("SELECT name, lower(sql) FROM sqlite_schema WHERE sql LIKE 'create virtual%'").fetchall():
        if " fts" in sql:
            connection.execute(f"INSERT INTO {name}({name}) VALUES ('integrity-check')")
        else:
            assert connection.execute("SELECT rtreecheck(?)", (name,)).fetchone() == ("ok",)
    for pragma in ("user_version", "application_id", "encoding", "page_size", "auto_vacuum"):
        assert connection.execute("PRAGMA " + pragma).fetchone() == sqlite3.connect(source).execute("PRAGMA " + pragma).fetchone()
    connection.close()


def everything():
    """All that may stand side by side."""
    together = [sql for name, sql in ZOO.items() if name not in ("page", "indexes", "statistics", "numbers", "triggers", "counters")]
    return ZOO["numbers"] + ZOO["counters"].replace("TABLE b(", "TABLE bb(").replace("INTO b(", "INTO bb(") + "".join(together) + "ANALYZE;"


def goes_round(tmp_path, sql, keys="ON"):
    source, copy = make(tmp_path / "source.db", sql), tmp_path / "copy.db"
    schema, data = texts(source)
    shell(copy, f"PRAGMA foreign_keys = {keys};\nBEGIN;\n{schema}{data}COMMIT;\n")
    is_same(source, copy)
    assert texts(copy) == (schema, data)


def goes_through_files(tmp_path, sql):
    """The same by files and by our own loader, into a database that protects itself. (Comments behind a statement stay
    in the files, and the loader's transaction fixes the size of the pages.)"""
    sql = sql.replace("-- end", "").replace("PRAGMA page_size = 8192; PRAGMA auto_vacuum = 1;", "")
    source, copy = make(tmp_path / "source.db", sql), tmp_path / "copy.db"
    connection, files = open_database(source), tmp_path / "files"
    files.mkdir()
    connection.execute("SELECT * FROM export_complete(?)", (str(files),)).fetchall()
    connection.close()
    readme = next(files.glob("*README.md")).read_text()
    assert ("defensive off" in readme) == ("VIRTUAL TABLE" in sql)
    shell(copy, f""".dbconfig defensive on
PRAGMA foreign_keys = ON;
.load {MODULE.removesuffix(".so")}
SELECT apply_complete('{files}') IS NULL;
""")
    is_same(source, copy)


@pytest.mark.parametrize("name", ZOO)
def test_every_awkward_thing_goes_through_files(tmp_path, name):
    goes_through_files(tmp_path, ZOO[name])


def test_everything_at_once_goes_through_files(tmp_path):
    goes_through_files(tmp_path, everything())


@pytest.mark.parametrize("name", ZOO)
def test_every_awkward_thing_goes_round(tmp_path, name):
    goes_round(tmp_path, ZOO[name])


def test_everything_at_once_goes_round(tmp_path):
    goes_round(tmp_path, everything())


# Their rows break foreign keys: they were written without them.
@pytest.mark.parametrize("start", range(0, RANDOM, 20))
def test_random_schemas_go_round(tmp_path, start):
    for seed in range(start, start + 20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            goes_round(folder, random_schema(seed), keys="OFF")
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error


def test_a_client_without_a_shell_may_take_any_transaction(tmp_path):
    """Statement by statement, in one transaction with foreign keys, as a driver does."""
    source = make(tmp_path / "source.db", ZOO["keys"] + ZOO["full text"])
    connection = open_database(str(source))
    connection.execute("PRAGMA foreign_keys = ON")
    copy = open_database(str(tmp_path / "copy.db"))
    copy.execute("PRAGMA foreign_keys = ON")
    copy.execute("BEGIN")
    schema, data = texts(source)
    statement = ""
    for line in (schema + data).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            copy.execute(statement)
            statement = ""
    copy.execute("COMMIT")
    # The connection that loaded it sees it too.
    assert copy.execute("SELECT rowid FROM fc WHERE fc MATCH 'contentless'").fetchall() == [(10,)]
    assert copy.execute("SELECT rowid FROM fe WHERE fe MATCH 'lives'").fetchall() == [(9,)]
    copy.execute("INSERT INTO f VALUES ('hello again', 'c')")
    copy.execute("INSERT INTO f(f) VALUES ('integrity-check')")
    assert len(copy.execute("SELECT * FROM f WHERE f MATCH 'hello'").fetchall()) == 2
    copy.close()


def test_a_comment_that_nobody_closed_is_closed(tmp_path):
    source, copy = make(tmp_path / "source.db", "CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t /* open"), tmp_path / "copy.db"
    schema, data = texts(source)
    shell(copy, schema + data + "INSERT INTO t VALUES (1); SELECT * FROM v;")
    assert dump(copy).replace("*/", "") == dump(source).replace("CREATE VIEW", "INSERT INTO t(rowid,a) VALUES(1,1);\nCREATE VIEW")


def test_clean_replaces_what_is_there(tmp_path):
    sql = ZOO["keys"] + ZOO["full text"] + ZOO["views"] + ZOO["counters"].replace("b(", "bb(")
    source, copy = make(tmp_path / "source.db", sql), make(tmp_path / "copy.db", sql + "INSERT INTO node VALUES (7, 7); DELETE FROM f; DROP VIEW late;")
    schema, data = texts(source, clean=True)
    shell(copy, f"PRAGMA foreign_keys = ON;\nBEGIN;\n{schema}{data}COMMIT;\n")
    is_same(source, copy)


def test_tables_come_with_what_they_need(tmp_path):
    source = make(tmp_path / "source.db", """
        CREATE TABLE a(id INTEGER PRIMARY KEY, code TEXT); CREATE UNIQUE INDEX a_code ON a(code); CREATE INDEX a_other ON a(id, code);
        CREATE TABLE b(id INTEGER PRIMARY KEY, a TEXT REFERENCES a(code)); CREATE TABLE c(id INTEGER PRIMARY KEY, b REFERENCES b); CREATE INDEX c_b ON c(b);
        CREATE TABLE d(x); CREATE VIEW v AS SELECT * FROM c JOIN d; CREATE TRIGGER c_i AFTER INSERT ON c BEGIN INSERT INTO d VALUES (1); END; PRAGMA user_version = 3;""")
    schema, _ = texts(source, tables=["c"])
    assert [line.split("(")[0].split(" AS")[0].split(" AFTER")[0] for line in schema.splitlines()] == [
        "CREATE TABLE a", "CREATE TABLE b", "CREATE TABLE c", "CREATE TABLE d", "CREATE UNIQUE INDEX a_code ON a", "CREATE INDEX c_b ON c", "CREATE TRIGGER c_i"]
    connection = open_database(str(source))
    schema = connection.execute("SELECT export_schema('{\"exclude\": [\"d\"]}')").fetchone()[0]
    assert "CREATE TABLE c(" in schema and "VIEW v" not in schema.replace("left out: view v", "") and "TRIGGER" not in schema.replace("left out: trigger", "")
    assert connection.execute("SELECT export_schema('{\"tables\": [\"?\"]}')").fetchone()[0].count("CREATE TABLE") == 4
    with pytest.raises(sqlite3.OperationalError, match="no table \"nope\""):
        connection.execute("SELECT export_schema('{\"tables\": [\"nope\"]}')")
    connection.close()


def test_rows_of_a_virtual_table_follow_its_name(tmp_path):
    source = make(tmp_path / "source.db", ZOO["full text"])
    schema, data = texts(source, tables=["f"])
    copy = tmp_path / "copy.db"
    shell(copy, schema + data)
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT * FROM f WHERE f MATCH 'hello'").fetchall() == [("hello world", "a")]
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'doc'").fetchone() == (0,)
    connection.close()


def test_a_full_text_table_comes_with_its_documents(tmp_path):
    source = make(tmp_path / "source.db", ZOO["full text"] + "CREATE VIEW words AS SELECT 1 AS x; CREATE VIRTUAL TABLE fw USING fts4(content='words'); DROP VIEW words; CREATE VIEW words AS SELECT 2 AS x; CREATE VIRTUAL TABLE fv USING fts5vocab('fe', row);")
    schema, data = texts(source, tables=["fw", "fe"])
    assert [line.split("(")[0] for line in schema.splitlines()] == [
        "CREATE TABLE doc", "CREATE VIRTUAL TABLE fe USING fts5", "CREATE VIEW words AS SELECT 2 AS x;", "CREATE VIRTUAL TABLE fw USING fts4"]
    shell(tmp_path / "copy.db", schema + data)


def test_a_module_that_is_not_there_is_told(tmp_path):
    source = make(tmp_path / "source.db", """CREATE TABLE t(a); PRAGMA writable_schema = ON;
        INSERT INTO sqlite_schema VALUES ('table', 'gone' || char(10) || '; x', 'gone' || char(10) || '; x', 0, 'CREATE VIRTUAL TABLE "gone
; x" USING vec0(a)'); CREATE TABLE gone_chunks(id INTEGER PRIMARY KEY); INSERT INTO gone_chunks VALUES (1);""")
    schema, data = texts(source)
    assert schema.startswith('-- not written: virtual table "gone ; x", whose module vec0 is not loaded here\n')
    shell(tmp_path / "copy.db", schema + data + "SELECT 1/(count(*) = 1) FROM gone_chunks;")
    with pytest.raises(sqlite3.OperationalError, match="cannot write virtual table"):
        texts(source, strict=True)


def test_own_tables_are_left_out(tmp_path):
    connection = open_database(str(tmp_path / "source.db"))
    connection.execute("CREATE TABLE t(a)")
    connection.execute("SELECT migrate_add('001', 'x', 'CREATE TABLE u(b)', NULL)")
    connection.close()
    schema, data = texts(str(tmp_path / "source.db"))
    assert schema == "CREATE TABLE t(a);\nPRAGMA application_id = 0;\nPRAGMA user_version = 0;\n" and "migration" not in data


def test_the_snapshot_is_the_same_for_a_copy(tmp_path):
    source, copy = make(tmp_path / "source.db", "".join(ZOO[name] for name in ("names", "keys", "tables", "full text"))), tmp_path / "copy.db"
    schema, data = texts(source)
    shell(copy, schema + data)
    snapshots = []
    for path in (source, copy):
        connection = open_database(str(path))
        snapshots.append(connection.execute("SELECT schema_snapshot()").fetchone()[0])
        connection.close()
    assert snapshots[0] == snapshots[1]
    model = json.loads(snapshots[0])
    facts = {(fact["kind"], fact["identity"]): fact for fact in model["facts"]}
    assert facts["column", "gen.c"]["properties"] == {"type": "int", "generated": "a + 1", "stored": "true"}
    assert facts["table", "wr"]["properties"] == {"without_rowid": "true"}
    assert facts["constraint", "wr.primary key (b desc, a)"]["parent"] == "table wr"
    assert facts["constraint", "child.foreign key (a, b) references zparent (a, b)"]["properties"]["initially_deferred"] == "true"
    assert facts["view", '"a view"']["dependencies"] == ["table select"]
    assert facts["virtual table", "f"]["properties"] == {"module": "fts5", "arguments": "x, y UNINDEXED, prefix = '2 3'"}


def test_line_ends_of_windows_are_named_and_kept(tmp_path):
    """The shell drops them, so the description says where; what it says of Python keeps them, also in rows."""
    sql = ("CREATE TABLE notes (body TEXT DEFAULT 'a\r\nb');\nCREATE VIEW \"two\nlines\" AS SELECT 'x\r\ny' AS z;\nCREATE VIEW plain AS SELECT 1;\n"
           "INSERT INTO notes DEFAULT VALUES;\nINSERT INTO notes VALUES ('c\rd');\n")
    source, files = make(tmp_path / "source.db", sql), tmp_path / "files"
    connection = open_database(source)
    files.mkdir()
    connection.execute("SELECT * FROM export_complete(?)", (str(files),)).fetchall()
    connection.close()
    readme = next(files.glob("*README.md")).read_text()
    assert "these texts have them: `table notes`, `view \"two lines\"`. `apply_complete` and drivers keep them." in readme
    recipe = readme.split("```python\n")[1].split("```")[0]
    subprocess.run(["python3", "-c", "import sqlite3\n" + recipe], cwd=files, check=True)
    is_same(source, files / "target.db")
    connection = sqlite3.connect(files / "target.db")
    assert connection.execute("SELECT body FROM notes ORDER BY rowid").fetchall() == [("a\r\nb",), ("c\rd",)]
    assert connection.execute("SELECT z FROM \"two\nlines\"").fetchone() == ("x\r\ny",)
    connection.close()
