"""The schema of a database as SQL: export_schema() beside pg_dump -s, both as whole processes.

Two databases: one as large as a real application's (139 tables, 624 indexes, 339 foreign keys), one of 1,000 tables
with foreign keys, views and functions."""

import random
import subprocess

from measure import compare, report, timed_process

SHAPES = {  # name: tables, indexes beside the keys', foreign keys, views, functions, enums, triggers
    "an application": (139, 485, 339, 33, 12, 43, 12),
    "1,000 tables": (1000, 1200, 1500, 200, 300, 60, 200),
}
TYPES = ["text", "varchar(200)", "integer", "bigint", "numeric(12,2)", "boolean", "timestamptz", "date", "uuid", "jsonb", "text[]"]
DEFAULTS = {"text": "'new'::text", "integer": "0", "boolean": "false", "timestamptz": "now()", "jsonb": "'{}'::jsonb", "uuid": "gen_random_uuid()"}


def statements(tables, indexes, keys, views, functions, enums, triggers):
    """The same for the same numbers."""
    choose = random.Random(tables)
    columns = {}
    for i in range(enums):
        yield f"CREATE TYPE state_{i} AS ENUM ('draft', 'open', 'closed', 'gone_{i}')"
    for i in range(functions):
        yield (f"CREATE FUNCTION rate_{i}(amount numeric, label text DEFAULT 'x') RETURNS numeric LANGUAGE plpgsql STABLE AS $$\n"
               f"BEGIN\n  -- {'a rule of the trade; ' * 8}\n  IF label = 'x{i}' THEN RETURN amount * {i}; END IF;\n  RETURN amount;\nEND $$")
    yield "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_at := now(); RETURN NEW; END $$"
    for i in range(tables):
        columns[i] = [(f"field_{j}", choose.choice(TYPES)) for j in range(choose.randint(6, 16))]
        lines = ["id bigserial PRIMARY KEY", *(f"parent_{j} bigint" for j in range(3)), "changed_at timestamptz NOT NULL DEFAULT now()"]
        lines += [f"{name} {kind}" + (f" DEFAULT {DEFAULTS[kind]} NOT NULL" if kind in DEFAULTS and choose.random() < 0.5 else "") for name, kind in columns[i]]
        if enums and choose.random() < 0.4:
            lines.append(f"state state_{choose.randrange(enums)} NOT NULL DEFAULT 'open'")
        if choose.random() < 0.2:
            lines.append("CONSTRAINT sane CHECK (parent_0 IS NULL OR parent_0 <> id)")
        yield f"CREATE TABLE table_{i} (" + ", ".join(lines) + ")"
    for i in range(indexes):
        table = i % tables
        name, kind = choose.choice([column for column in columns[table] if column[1] != "jsonb"] or [("id", "bigint")])
        partial = " WHERE parent_1 IS NOT NULL" if choose.random() < 0.2 else ""
        yield f"CREATE INDEX by_{name}_{i} ON table_{table} ({name}, changed_at){partial}"
    for i in range(keys):
        yield f"ALTER TABLE table_{i % tables} ADD CONSTRAINT refers_{i} FOREIGN KEY (parent_{i // tables % 3}) REFERENCES table_{choose.randrange(tables)} ON DELETE CASCADE"
    for i in range(views):
        other = f" JOIN view_{i - 1} v ON v.id = a.parent_0" if i % 3 else ""
        yield f"CREATE VIEW view_{i} AS SELECT a.id, b.changed_at, count(*) AS n FROM table_{choose.randrange(tables)} a LEFT JOIN table_{choose.randrange(tables)} b ON b.id = a.parent_1{other} GROUP BY a.id, b.changed_at"
    for i in range(triggers):
        yield f"CREATE TRIGGER touched BEFORE UPDATE ON table_{i} FOR EACH ROW EXECUTE FUNCTION touch()"


def make(database, shape):
    subprocess.run(["psql", "-qXc", f'DROP DATABASE IF EXISTS "{database}"', "-c", f'CREATE DATABASE "{database}"'], check=True, stderr=subprocess.DEVNULL)
    script = ";\n".join(["CREATE EXTENSION whimbrel", *statements(*shape), "ANALYZE"])
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", database], input=script, text=True, check=True)


def run(runs):
    for name, shape in SHAPES.items():
        database = "bench schema " + name
        make(database, shape)
        report(f"PostgreSQL, the schema of {name} as SQL, whole processes", compare({
            "pg_dump -s": lambda: timed_process(["pg_dump", "-s", database]),
            "psql -c 'SELECT export_schema()'": lambda: timed_process(["psql", "-XAt", "-d", database, "-c", "SELECT export_schema()"]),
        }, runs), "pg_dump -s")
        subprocess.run(["psql", "-qXc", f'DROP DATABASE "{database}"'], check=True)
