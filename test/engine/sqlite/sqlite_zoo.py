"""Schemas of SQLite with everything that is awkward about them, and random ones from a seed."""

import random

ZOO = {
    "rows": """
        CREATE TABLE plain(a, b TEXT, c REAL);
        INSERT INTO plain(rowid, a, b, c) VALUES (5, 1, 'x', 1.5), (2, x'00ff', 'it''s', -0.0), (9, 1e999, NULL, 2), (-7, -1e999, '', 0);
        INSERT INTO plain VALUES (-0.0, 'a' || char(0) || 'b', 5e-324), (0.1, CAST(x'ff' AS TEXT), 1e300), (9223372036854775807, '-- ''', 123456789012345680);
        CREATE TABLE bare(x); CREATE TABLE only_generated(a AS (1), b INT);
        INSERT INTO only_generated VALUES (NULL), (2);""",
    "names": """
        CREATE TABLE "we""ird ]`'" ([my col] INT, "q""q" TEXT COLLATE NOCASE DEFAULT 'x;y', `b` , "rowid", "oid");
        INSERT INTO "we""ird ]`'" VALUES (1, 'a', 2, 3, 4), (5, 'A', 6, 7, 8);
        CREATE TABLE hidden("rowid", "oid", "_rowid_"); INSERT INTO hidden VALUES (1, 2, 3);
        CREATE TABLE "select"("from" INT, "Ünï" /* c */, 'quoted' TEXT, [select] INT DEFAULT -1, key, "a
b"); INSERT INTO "select"("from", key) VALUES (1, 2);
        CREATE INDEX "in dex" ON "select"("from" DESC, "Ünï"); CREATE VIEW [a view]([x y], "z") AS SELECT 1, key FROM "select" -- end
        ;""",
    "views": """
        CREATE VIEW early AS SELECT * FROM late; CREATE TABLE base(a, b); INSERT INTO base VALUES (1, 2);
        CREATE VIEW late AS SELECT a FROM base; -- end""",
    "keys": """
        CREATE TABLE node(id INTEGER PRIMARY KEY, parent INT REFERENCES node(id) ON DELETE CASCADE); INSERT INTO node VALUES (1, 3), (2, 1), (3, NULL);
        CREATE TABLE cyc1(id INTEGER PRIMARY KEY, o INT REFERENCES cyc2(id)); CREATE TABLE cyc2(id INTEGER PRIMARY KEY, o INT NOT NULL REFERENCES cyc1);
        INSERT INTO cyc1 VALUES (1, 2); INSERT INTO cyc2 VALUES (2, 1);
        CREATE TABLE zparent(a, b, UNIQUE(a, b)); CREATE TABLE child(a, b, FOREIGN KEY(a, b) REFERENCES zparent(a, b) DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO zparent VALUES (1, 'x'); INSERT INTO child VALUES (1, 'x'), (NULL, 'y');""",
    "counters": """
        CREATE TABLE auto(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO auto VALUES (100, 1); DELETE FROM auto;
        CREATE TABLE never(id INTEGER PRIMARY KEY AUTOINCREMENT, v); CREATE TABLE b(id INTEGER PRIMARY KEY AUTOINCREMENT, v);
        CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO b(v) VALUES (1), (2); INSERT INTO a(v) VALUES (1);""",
    "tables": """
        CREATE TABLE wr(a TEXT, b INT, c, PRIMARY KEY(b DESC, a)) WITHOUT ROWID; INSERT INTO wr VALUES ('z', 1, 1), ('a', 2, 2), ('b', 2, 3);
        CREATE TABLE st(a INT, b ANY, c TEXT) STRICT; INSERT INTO st VALUES (1, '000123', 't'), (2, 5, NULL);
        CREATE TABLE gen(a INT, b AS (a * 2), c INT GENERATED ALWAYS AS (a + 1) STORED, CHECK (a <> 17)); INSERT INTO gen(a) VALUES (1), (2);
        CREATE TABLE quirk(id INTEGER PRIMARY KEY DESC, t TEXT UNIQUE ON CONFLICT REPLACE); INSERT INTO quirk VALUES (7, 'a'), (3, 'b');
        CREATE TABLE nullkey(k TEXT PRIMARY KEY, v); INSERT INTO nullkey VALUES (NULL, 1), (NULL, 2), ('a', 3);
        CREATE TABLE moved(a); INSERT INTO moved VALUES (1); ALTER TABLE moved RENAME TO "moved away"; ALTER TABLE "moved away" ADD COLUMN n INT NOT NULL DEFAULT 4;""",
    "indexes": """
        CREATE TABLE t(a, b TEXT, c); INSERT INTO t VALUES (1, 'B', 3), (2, 'a', NULL);
        CREATE UNIQUE INDEX i1 ON t(a COLLATE NOCASE DESC, lower(b)) WHERE a IS NOT NULL; CREATE INDEX i2 ON t(b COLLATE NOCASE);
        CREATE INDEX i3 ON t(a + 1, (c)); CREATE INDEX i4 ON t(c DESC) WHERE b > 'A' AND c IN (1, 2, 3);""",
    "triggers": """
        CREATE TABLE t(a); CREATE TABLE log(x); CREATE VIEW v AS SELECT a FROM t;
        CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a); END;
        CREATE TRIGGER ti AFTER INSERT ON t WHEN new.a > 0 BEGIN INSERT INTO log VALUES ('i' || new.a); SELECT CASE WHEN 1 THEN 2 END; END;
        CREATE TRIGGER tu BEFORE UPDATE OF a ON t BEGIN INSERT INTO log VALUES ('u; -- '); END;
        INSERT INTO v VALUES (1), (-1); UPDATE t SET a = a + 1;""",
    "full text": """
        CREATE TABLE doc(id INTEGER PRIMARY KEY, body TEXT); INSERT INTO doc VALUES (3, 'three blind mice'), (9, 'nine lives');
        CREATE VIRTUAL TABLE f USING fts5(x, y UNINDEXED, prefix = '2 3'); INSERT INTO f VALUES ('hello world', 'a'), ('foo', 'b'); DELETE FROM f WHERE x = 'foo';
        CREATE VIRTUAL TABLE fc USING fts5(x, content = ''); INSERT INTO fc(rowid, x) VALUES (10, 'contentless text');
        CREATE VIRTUAL TABLE fe USING fts5(body, content = 'doc', content_rowid = 'id'); INSERT INTO fe(fe) VALUES ('rebuild');
        CREATE VIRTUAL TABLE f4 USING fts4(t); INSERT INTO f4 VALUES ('old words');
        CREATE TRIGGER doc_ai AFTER INSERT ON doc BEGIN INSERT INTO fe(rowid, body) VALUES (new.id, new.body); END;""",
    "boxes": """
        CREATE VIRTUAL TABLE rt USING rtree(id, x0, x1, +aux, +more TEXT); INSERT INTO rt VALUES (1, 0, 1, 'aa', 'b'), (2, 5, 6, x'00', NULL);""",
    "line_ends": "CREATE TABLE line_ends(a, b TEXT); INSERT INTO line_ends VALUES ('x' || char(13, 10) || 'it''s \\r', char(13)), ('\\r' || char(13, 10, 13, 10), 'a' || char(0, 13, 10));",
    "numbers": "PRAGMA user_version = -7; PRAGMA application_id = 2147483647; CREATE TABLE t(a);",
    "statistics": "CREATE TABLE t(a, b); CREATE INDEX i ON t(a); INSERT INTO t VALUES (1, 1), (1, 2); ANALYZE; INSERT INTO t VALUES (2, 3); CREATE TABLE later(a); CREATE INDEX later_a ON later(a);",
    "page": "PRAGMA encoding = 'UTF-16be'; PRAGMA page_size = 8192; PRAGMA auto_vacuum = 1; CREATE TABLE t(a TEXT); INSERT INTO t VALUES ('ü'), ('a' || char(0) || 'ü');",
    "empty": "",
}

NAMES = ["a", "B", "c d", 'e"f', "select", "naïve", "group", "x1", "Key"]
TYPES = ["", "INT", "INTEGER", "TEXT", "REAL", "BLOB", "NUMERIC", "VARCHAR(10)", "unsigned big int", "[odd type]", "DECIMAL(10, 2)", "BOOLEAN", "JSON"]
QUOTES = [lambda n: '"' + n.replace('"', '""') + '"', lambda n: "`" + n + "`", lambda n: "[" + n + "]", lambda n: n if n.isalnum() and n not in ("select", "group") else '"' + n.replace('"', '""') + '"']
COMMENTS = ["", "", "", " /* , ( */", " -- )\n", "\n"]


def random_value(r):
    return r.choice([lambda: "NULL", lambda: str(r.randint(-5, 5)), lambda: str(r.getrandbits(62)), lambda: repr(r.random()), lambda: repr(r.random() * 10 ** r.randint(-300, 300)),
                     lambda: "'" + r.choice(["", "x", "it''s", "ä€", "12", "1e3", "a\nb"]) + "'", lambda: "x'" + r.randbytes(r.randint(0, 4)).hex() + "'"])()


def random_table(r, number, tables):
    """CREATE TABLE and INSERT statements of a table; `tables` are (name, key column) of those before."""
    name = r.choice(NAMES) + str(number)
    shown = r.choice(QUOTES)
    columns, items, tail = [], [], []
    for i, base in enumerate(r.sample(NAMES, r.randint(1, 6))):
        column, text = base + str(i), ""
        quoted = r.choice(QUOTES)(column)
        kind = r.choice(TYPES)
        text = quoted + " " + kind
        if r.random() < .2:
            text += " COLLATE " + r.choice(["NOCASE", "binary", "RTRIM"])
        generated = i > 0 and r.random() < .15
        if not generated and r.random() < .2:
            text += r.choice([" DEFAULT 5", " DEFAULT -1.5", " DEFAULT 'x)y'", " DEFAULT (1 + (2))", " DEFAULT CURRENT_TIMESTAMP", " DEFAULT x'00'", " DEFAULT true"])
        if r.random() < .15:
            text += " CONSTRAINT " + r.choice(QUOTES)(r.choice(NAMES)) + " CHECK (" + quoted + " IS NOT 'forbidden')"
        if not generated and tables and r.random() < .3:
            parent, key = r.choice(tables)
            text += f" REFERENCES {r.choice(QUOTES)(parent)}({r.choice(QUOTES)(key)})" + r.choice(["", " ON DELETE CASCADE", " ON UPDATE SET NULL ON DELETE RESTRICT", " DEFERRABLE INITIALLY DEFERRED", " MATCH FULL NOT DEFERRABLE"])
            columns.append((column, "reference"))
        elif generated:
            text += r.choice([" AS (", " GENERATED ALWAYS AS ("]) + r.choice(QUOTES)(columns[0][0]) + r.choice([")", ") STORED", " || ')') VIRTUAL"])
            columns.append((column, "generated"))
        else:
            columns.append((column, "value"))
        items.append(text + r.choice(COMMENTS))
    key = None
    place = r.random()
    if place < .4 or not [c for c in columns if c[1] == "value"]:
        key = "id" + str(number)
        items.insert(r.randint(0, len(items)), key + " INTEGER PRIMARY KEY" + r.choice(["", " AUTOINCREMENT", " ON CONFLICT ABORT"]))
    elif place < .8:
        key = [c for c in columns if c[1] == "value"][0][0]
        items.append(f"PRIMARY KEY ({r.choice(QUOTES)(key)}{r.choice(['', ' DESC', ' COLLATE NOCASE', ' COLLATE rtrim ASC'])})")
        if r.random() < .3:
            tail.append("WITHOUT ROWID")
    others = [c[0] for c in columns if c[1] == "value" and c[0] != key]
    if others and r.random() < .3:
        items.append(r.choice(["", "CONSTRAINT [u n] "]) + "UNIQUE (" + ", ".join(r.choice(QUOTES)(c) for c in others) + ")")
    sql = f"CREATE TABLE{r.choice(COMMENTS)} {shown(name)}{r.choice(COMMENTS)} (" + ", ".join(items) + ")" + r.choice(COMMENTS) + ", ".join(tail)
    rows = []
    for row in range(r.randint(0, 6)):
        values = {c: random_value(r) for c, kind in columns if kind == "value"}
        if key and key not in values:
            values[key] = str(row * 3 + 1)
        elif key:
            values[key] = str(row * 7 - 10)
        rows.append(f"INSERT OR IGNORE INTO {QUOTES[0](name)} ({', '.join(map(QUOTES[0], values))}) VALUES ({', '.join(values.values())})")
    return name, key, others, sql, rows


def random_schema(seed):
    """Statements of a whole database."""
    r = random.Random(seed)
    tables, statements, later = [], [], []
    for number in range(r.randint(2, 9)):
        name, key, others, sql, rows = random_table(r, number, tables)
        statements += [sql, *rows]
        if key:
            tables.append((name, key))
        columns = others or [key]
        for i in range(r.randint(0, 2)):
            parts = ", ".join(r.choice([QUOTES[0](c), f"lower({QUOTES[0](c)})", f"{QUOTES[2](c) if ']' not in c else QUOTES[0](c)} COLLATE NOCASE DESC"]) for c in columns)
            later.append(f"CREATE INDEX {QUOTES[0](f'i {number} {i}')} ON {r.choice(QUOTES)(name)} ({parts})" + r.choice(["", f" WHERE {QUOTES[0](columns[0])} IS NOT NULL", " -- end\n"]))
        if r.random() < .4:
            later.append(f"CREATE VIEW {QUOTES[0](f'v {number}')}{r.choice(COMMENTS)} AS SELECT * FROM {r.choice(QUOTES)(name)}")
        if r.random() < .4:
            later.append(f"CREATE TRIGGER {QUOTES[0](f't {number}')} {r.choice(['AFTER', 'BEFORE'])} {r.choice(['INSERT', 'DELETE', 'UPDATE'])} ON {r.choice(QUOTES)(name)} BEGIN SELECT RAISE(ABORT, 'no; end'); END")
    r.shuffle(later)
    return ";\n".join(statements + later + [f"PRAGMA user_version = {r.randint(0, 9)}"]) + ";"
