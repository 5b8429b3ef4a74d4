"""The two engines behind one face, so that one test runs on both. A Database is fresh, belongs to one test, and calls
Whimbrel's functions in the engine's own form: SELECT * FROM f(...) in PostgreSQL and for SQLite's functions that read,
SELECT f(...) with a JSON array of rows for those that write."""

import contextlib
import json
import sqlite3
import subprocess

import psycopg2
import psycopg2.extensions
import psycopg2.extras

# A document is compared by its exact text, so json and jsonb come as text; times too, in one form.
psycopg2.extras.register_default_json(globally=True, loads=lambda text: text)
psycopg2.extras.register_default_jsonb(globally=True, loads=lambda text: text)


# In SQLite these are scalars that return a JSON array of their rows; every other function is table-valued.
WRITING = {"migrate_adopt", "migrate_apply", "migrate_run", "migrate_rollback", "migrate_redo", "migrate_reset", "migrate_baseline", "migrate_repair", "import_json", "import_json_file",
           "bundle_import", "bundle_rollback", "apply_complete"}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Failure:
    """What a failed call said: code is our WBnnn, the server's SQLSTATE, or None where SQLite has no code."""

    def __init__(self):
        self.code = None
        self.text = None


class Database:
    engine = None

    def __init__(self, directory, tools):
        self.directory = directory  # files that the test and the server may write
        self.tools = tools

    def sql(self, text, parameters=()):
        """Runs one statement, returns its rows as tuples (an empty list when it has none)."""
        raise NotImplementedError

    def script(self, text):
        """Runs many statements."""
        raise NotImplementedError

    def call(self, function, *arguments):
        """Calls a function that returns rows; a list of dicts."""
        raise NotImplementedError

    def value(self, function, *arguments):
        """Calls a function that returns one value."""
        return self.sql(f"SELECT {function}({self.marks(arguments)})", arguments)[0][0]

    def one(self, text, parameters=()):
        return self.sql(text, parameters)[0][0]

    @contextlib.contextmanager
    def fails(self, code, *words):
        """The block must fail with this code (a tuple: any of these; None: whichever), and its text hold the words."""
        failure = Failure()
        try:
            yield failure
        except (psycopg2.Error, sqlite3.Error) as error:
            failure.code, failure.text = self.explain(error)
        assert failure.text is not None, "it did not fail"
        if code is not None:
            assert failure.code in (code if isinstance(code, tuple) else (code,)), failure.text
        for word in words:
            assert word in failure.text, failure.text

    @contextlib.contextmanager
    def unchanged(self):
        """The block must leave schema, rows and sequences as they were."""
        before = self.everything()
        yield
        assert self.everything() == before

    @contextlib.contextmanager
    def refuses(self, code, *words):
        """fails() and unchanged() in one: what every error must be."""
        with self.unchanged(), self.fails(code, *words) as failure:
            yield failure

    def digests(self, **options):
        """{table: (rows, digest)}"""
        rows = self.call("data_digest", json.dumps(options))
        return {row["table_name"]: (row["row_count"], row["digest"]) for row in rows}

    def fill_sample(self, logs, seed=1):
        """Rows for the sample application, whose migrations have been applied."""
        text = subprocess.run([self.tools / "generate", self.engine, str(logs), str(seed)], check=True, capture_output=True)
        self.load(text.stdout)


class Sqlite(Database):
    engine = "sqlite"

    def __init__(self, directory, tools, module, name="test.db"):
        super().__init__(directory, tools)
        self.path = directory / name
        self.module = module
        self.connection = self.connect()

    def connect(self):
        """Another connection to the same file."""
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=20)
        connection.enable_load_extension(True)
        connection.load_extension(self.module)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def close(self):
        self.connection.close()

    @staticmethod
    def marks(arguments):
        return ", ".join("?" for _ in arguments)

    def sql(self, text, parameters=()):
        return self.connection.execute(text, parameters).fetchall()

    def script(self, text):
        self.connection.executescript(text)

    def load(self, data):
        self.script(data.decode())

    def call(self, function, *arguments):
        if function in WRITING:
            return json.loads(self.value(function, *arguments))
        cursor = self.connection.execute(f"SELECT * FROM {function}({self.marks(arguments)})", arguments)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor]

    def explain(self, error):
        text = str(error)
        return (text[1:6], text) if text.startswith("[") and text[6:7] == "]" else (None, text)

    def everything(self):
        schema = self.sql("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")
        rows = {name: self.sql("SELECT * FROM " + quoted(name)) for kind, name, _ in schema if kind == "table"}
        return schema, rows, self.one("PRAGMA user_version"), self.connection.in_transaction


class Postgresql(Database):
    engine = "postgresql"

    def __init__(self, directory, tools, name):
        super().__init__(directory, tools)
        self.name = name
        self.connection = self.connect()

    def connect(self, **options):
        connection = psycopg2.connect(dbname=self.name, **options)
        connection.autocommit = True
        return connection

    def close(self):
        self.connection.close()

    @staticmethod
    def marks(arguments):
        return ", ".join("%s" for _ in arguments)

    def cursor(self, text, parameters):
        cursor = self.connection.cursor()
        cursor.execute(text, parameters or None)
        return cursor

    def sql(self, text, parameters=()):
        cursor = self.cursor(text, parameters)
        return cursor.fetchall() if cursor.description else []

    def script(self, text):
        self.cursor(text, ())

    def load(self, data):
        subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", self.name], input=data, check=True, stdout=subprocess.DEVNULL)

    def call(self, function, *arguments):
        cursor = self.cursor(f"SELECT * FROM {function}({self.marks(arguments)})", arguments)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor]

    def explain(self, error):
        parts = [error.diag.message_primary, error.diag.message_detail, error.diag.message_hint, error.diag.context]
        return error.pgcode, "\n".join(part for part in parts if part)

    def everything(self):
        """Through a connection of its own, for what others see and for tests whose connection is gone."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            def ask(text):
                cursor.execute(text)
                return cursor.fetchall()

            objects = ask("""SELECT n.nspname, c.relname, c.relkind, c.relacl::text, c.relrowsecurity FROM pg_class c
                             JOIN pg_namespace n ON n.oid = relnamespace
                             WHERE nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2""")
            columns = ask("""SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull
                             FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                             WHERE attnum > 0 AND relnamespace IN (SELECT oid FROM pg_namespace
                               WHERE nspname !~ '^(pg_|information_schema)') ORDER BY 1, attnum""")
            constraints = ask("""SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                                 WHERE conrelid <> 0 AND connamespace IN (SELECT oid FROM pg_namespace
                                   WHERE nspname !~ '^(pg_|information_schema)') ORDER BY 1, 2""")
            rows, sequences = {}, {}
            for schema, name, kind, *_ in objects:
                if kind in ("r", "p"):
                    rows[schema, name] = sorted(ask(f"SELECT t::text FROM {quoted(schema)}.{quoted(name)} t"))
                elif kind == "S":
                    sequences[schema, name] = ask(f"SELECT last_value, is_called FROM {quoted(schema)}.{quoted(name)}")
            return objects, columns, constraints, rows, sequences
