"""Random schemas, the same for the same seed: tables with columns of many types, defaults and checks that call
functions, references in circles, partitions, inheritance, views on views, triggers, policies, comments."""

import random

AWKWARD = ['{}', '{}', '{}', 'Camel{}', '{} "q"', "it's {}", '{}.dot', 'ünï {}', 'new\nline {}', '{} -- x', '{}; y', 'back\\{}']
WORDS = ["select", "table", "user", "order", "group", "end", "value", "name", "key", "left"]
TYPES = {
    "integer": ["0", "-7", "1 + 2"], "bigint": ["9000000000"], "smallint": ["3"], "numeric(10,2)": ["-1.50"], "numeric": ["1e20"],
    "double precision": ["'NaN'", "0.1"], "text": ["'it''s'", "E'a\\nb\\\\'", "''"], "varchar(20)": ["'x'"], "char(3)": ["'ab'"],
    "boolean": ["true"], "date": ["'2020-02-29'", "CURRENT_DATE"], "timestamptz": ["now()"], "timestamp(3)": ["'2020-01-01 10:00'"],
    "interval": ["'1 day'"], "uuid": ["gen_random_uuid()"], "jsonb": ["'{\"a\": [1]}'"], "json": ["'[]'"], "bytea": ["'\\x00ff'"],
    "integer[]": ["'{1,2}'", "ARRAY[]::integer[]"], "text[]": ["'{a,\"b c\"}'"], "inet": ["'10.0.0.1'"], "tstzrange": ["'empty'"], "point": ["'(1,2)'"],
}  # fmt: skip
INTEGERS = ("integer", "bigint", "smallint")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Table:
    def __init__(self, identity, schema):
        self.identity, self.schema = identity, schema
        self.columns = []  # (quoted name, type)
        self.key = []  # quoted names
        self.identities = []  # quoted names
        self.partitioned = False
        self.children = False  # tables inherit from it
        self.whole_row = False  # a check of it reads the whole row, so that no table can inherit from it
        self.view = False

    def of(self, *types):
        return [name for name, type in self.columns if type in types]


class RandomSchema:
    """The statements that make it: str(). `search_path` is what it was made with."""

    def __init__(self, seed, tables=None, version=15):
        self.random = random.Random(seed)
        self.version = version
        self.statements, self.number = [], 0
        self.schemas = ["public"] + [self.name("schema") for _ in range(self.random.randrange(3))]
        self.search_path = ", ".join(dict.fromkeys([self.random.choice(self.schemas), "public"]))
        self.tables, self.views, self.types, self.functions = [], [], dict(TYPES), []
        self.by_path = set()  # functions that need the search path when they run
        for schema in self.schemas[1:]:
            self.add(f"CREATE SCHEMA {schema}")
        self.add(f"SET search_path = {self.search_path}")
        for _ in range(self.random.randrange(4)):
            self.make_type()
        for _ in range(self.random.randrange(1, 5)):
            self.make_function()
        for _ in range(tables or self.random.randint(5, 60)):
            self.random.choices([self.make_table, self.make_partitioned, self.make_child], [10, 2, 2])[0]()
            if self.random.random() < 0.3:
                self.random.choices([self.make_view, self.make_function, self.make_row_function], [5, 2, 2])[0]()
        for table in self.tables:
            self.furnish(table)
        for _ in range(len(self.tables) // 3):
            self.make_view()

    def __str__(self):
        return ";\n".join(self.statements) + ";\n"

    def add(self, sql):
        self.statements.append(sql)

    def chance(self, probability):
        return self.random.random() < probability

    def name(self, word):
        self.number += 1
        if self.chance(0.05):
            word = self.random.choice(WORDS)
        text = self.random.choice(AWKWARD).format(f"{word}_{self.number}")
        if self.chance(0.03):
            text = (text + "x" * 63)[:60].encode()[:60].decode(errors="ignore")
        return quoted(text)

    def new(self, word):
        """A new name in some schema."""
        return f"{self.random.choice(self.schemas)}.{self.name(word)}"

    def comment(self, what):
        if self.chance(0.15):
            text = self.random.choice(["plain", "it's\nlong; -- really", 'a "quoted" \\ one', "$$"])
            self.add(f"COMMENT ON {what} IS {literal(text)}")

    def make_type(self):
        identity = self.new("type")
        kind = self.random.randrange(3)
        if kind == 0:
            labels = [f"label {i}" for i in range(self.random.randint(1, 5))] + ["it's"]
            self.add(f"CREATE TYPE {identity} AS ENUM ({', '.join(literal(l) for l in labels)})")
            if self.chance(0.5):
                self.add(f"ALTER TYPE {identity} ADD VALUE 'added' BEFORE 'label 0'")
            self.types[identity] = ["'label 0'"]
            self.types[identity + "[]"] = ["'{}'"]
        elif kind == 1:
            base = self.random.choice([t for t in self.types if not t.endswith("[]")])
            default = f" DEFAULT {self.random.choice(self.types[base])}" if self.chance(0.3) else ""
            check = " CHECK (VALUE IS NOT NULL)" if self.chance(0.5) else ""
            self.add(f"CREATE DOMAIN {identity} AS {base}{default}{check}")
            self.types[identity] = self.types[base]
            self.comment(f"DOMAIN {identity}")
        else:
            parts = self.random.sample(sorted(self.types), 3)
            self.add(f"CREATE TYPE {identity} AS ({', '.join(f'{self.name(chr(97 + i))} {t}' for i, t in enumerate(parts))})")
            self.types[identity] = ["NULL"]

    def make_function(self):
        """integer to integer; may call another, by a qualified name or through the search path."""
        identity = self.new("f")
        inner, called = "$1 + 1", None
        if self.functions and self.chance(0.6):
            called = self.random.choice(self.functions)
            inner = f"{called}($1) * 2"
        bound = self.chance(0.4)  # to what it calls, when it is made
        if bound:
            self.add(f"CREATE FUNCTION {identity}(n integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN {inner.replace('$1', 'n')}")
        else:
            self.add(f"CREATE FUNCTION {identity}(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS {literal('SELECT ' + inner)}")
        self.functions.append(identity)
        first = self.search_path.split(", ")[0]
        if identity.startswith(first + ".") and self.chance(0.5):
            self.functions[-1] = identity[len(first) + 1 :]
        if called in self.by_path or (called is not None and not bound and not called.startswith(tuple(f"{schema}." for schema in self.schemas))):
            self.by_path.add(self.functions[-1])
        self.comment(f"FUNCTION {identity}(integer)")

    def make_row_function(self):
        """Of a table's row, or reading a table in the form that the catalog knows; then a check or default of it."""
        tables = [t for t in self.tables if t.of(*INTEGERS) and not t.partitioned]
        if not tables:
            return
        table, identity = self.random.choice(tables), self.new("row_f")
        column = self.random.choice(table.of(*INTEGERS))
        if self.chance(0.5):
            self.add(f"CREATE FUNCTION {identity}(r {table.identity}) RETURNS integer LANGUAGE sql IMMUTABLE AS {literal(f'SELECT ($1).{column}::integer')}")
            if not table.children and self.chance(0.5):
                table.whole_row = True
                bare = table.identity[len(table.schema) + 1 :]
                self.add(f"ALTER TABLE {table.identity} ADD CHECK ({identity}({bare}.*) > -1000)")
        else:
            self.add(
                f"CREATE FUNCTION {identity}() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT max({column}) FROM {table.identity}; END"
            )
            if column not in table.identities and self.chance(0.5):
                self.add(f"ALTER TABLE {table.identity} ALTER {column} SET DEFAULT {identity}()")

    def default(self, type):
        if type == "integer" and self.chance(0.4):
            return f" DEFAULT {self.random.choice(self.functions)}({self.random.randrange(9)})"
        if type in ("integer", "bigint") and self.chance(0.2):
            sequence = self.new("seq")
            self.add(f"CREATE SEQUENCE {sequence} INCREMENT {self.random.choice([1, 5, -1])}")
            return f" DEFAULT nextval({literal(sequence)})"
        return f" DEFAULT {self.random.choice(self.types[type])}" if self.chance(0.4) else ""

    def columns(self, table, count):
        lines = []
        for _ in range(count):
            name, type = self.name("c"), self.random.choice(sorted(self.types))
            line = f"{name} {type}"
            integers = table.of("integer")
            if integers and self.chance(0.08):
                type, line = "integer", f"{name} integer GENERATED ALWAYS AS ({self.random.choice(self.functions)}({self.random.choice(integers)})) STORED"
                table.columns.append((name, "generated"))
                lines.append(line)
                continue
            if type in ("text", "varchar(20)") and self.chance(0.2):
                line += ' COLLATE "C"'
            line += self.default(type)
            line += " NOT NULL" if self.chance(0.3) else ""
            if type == "integer" and self.chance(0.2):
                line += f" CONSTRAINT {self.name('positive')} CHECK ({self.random.choice(self.functions)}({name}) > 0)"
            table.columns.append((name, type))
            lines.append(line)
        return lines

    def new_table(self):
        schema = self.random.choice(self.schemas)
        table = Table(f"{schema}.{self.name('t')}", schema)
        return table

    def make_table(self):
        table = self.new_table()
        lines = []
        if self.chance(0.85):
            key = self.name("id")
            kind = self.random.choice(["integer", "serial", "bigint GENERATED ALWAYS AS IDENTITY", "integer GENERATED BY DEFAULT AS IDENTITY (START 7)", "uuid"])
            table.columns.append((key, {"s": "integer", "b": "bigint", "i": "integer", "u": "uuid"}[kind[0]]))
            table.key = [key]
            if "IDENTITY" in kind:
                table.identities.append(key)
            lines.append(f"{key} {kind}")
        lines += self.columns(table, self.random.randint(0, 9))
        if table.key:
            lines.append(f"PRIMARY KEY ({table.key[0]})" + (" DEFERRABLE" if self.chance(0.05) else ""))
            if lines[-1].endswith("DEFERRABLE"):
                table.key = []
        unlogged = "UNLOGGED " if self.chance(0.05) else ""
        self.add(f"CREATE {unlogged}TABLE {table.identity} (\n  " + ",\n  ".join(lines) + ")" + (" WITH (fillfactor = 80)" if self.chance(0.1) else ""))
        if unlogged:
            table.key = []
        if self.chance(0.1) and len(table.columns) > 3 and table.columns[-1][1] != "generated":
            self.add(f"ALTER TABLE {table.identity} DROP COLUMN {table.columns.pop()[0]} CASCADE")
        self.tables.append(table)

    def make_partitioned(self):
        table, id, part = self.new_table(), self.name("id"), self.name("part")
        table.partitioned = True
        table.columns += [(id, "integer"), (part, "integer")]
        table.key = [id, part]
        lines = [f"{id} integer NOT NULL", f"{part} integer NOT NULL"] + self.columns(table, self.random.randint(0, 4)) + [f"PRIMARY KEY ({id}, {part})"]
        by = self.random.choice(["RANGE", "LIST", "HASH"])
        bounds = {
            "RANGE": ["FOR VALUES FROM (MINVALUE) TO (10)", "FOR VALUES FROM (10) TO (20)", "DEFAULT"],
            "LIST": ["FOR VALUES IN (1, 2)", "FOR VALUES IN (3)", "DEFAULT"],
            "HASH": ["FOR VALUES WITH (MODULUS 2, REMAINDER 0)", "FOR VALUES WITH (MODULUS 2, REMAINDER 1)"],
        }[by]
        self.add(f"CREATE TABLE {table.identity} (" + ", ".join(lines) + f") PARTITION BY {by} ({part})")
        self.tables.append(table)
        for bound in self.random.sample(bounds, self.random.randint(0, len(bounds))):
            child = self.new("p")
            below = f" PARTITION BY RANGE ({id})" if self.chance(0.2) else ""
            self.add(f"CREATE TABLE {child} PARTITION OF {table.identity} {bound}{below}")
            if below and self.chance(0.7):
                self.add(f"CREATE TABLE {self.new('p')} PARTITION OF {child} FOR VALUES FROM (0) TO (100)")
            if not below and self.chance(0.3):
                self.add(f"CREATE INDEX ON {child} ({id})")

    def make_child(self):
        parents = [t for t in self.tables if not t.partitioned and not t.whole_row]
        if not parents:
            return self.make_table()
        parent, table = self.random.choice(parents), self.new_table()
        lines = self.columns(table, self.random.randint(0, 2))
        self.add(f"CREATE TABLE {table.identity} (" + ", ".join(lines) + f") INHERITS ({parent.identity})")
        parent.children = True
        table.columns = parent.columns + table.columns
        if self.chance(0.3):
            name, type = self.random.choice(parent.columns) if parent.columns else (None, None)
            if type in TYPES and not type.startswith(("uuid", "bigint")):
                self.add(f"ALTER TABLE {table.identity} ALTER {name} SET DEFAULT {self.random.choice(self.types[type])}")
        self.tables.append(table)

    def make_view(self):
        sources = [t for t in self.tables + self.views if t.columns]
        if not sources:
            return
        view = Table(self.new("v"), None)
        view.view = True
        first, second = self.random.choice(sources), self.random.choice(sources)
        sample = self.random.sample(first.columns, min(len(first.columns), 4))
        form = self.random.randrange(4)
        select = ", ".join(f"a.{name}" for name, _ in sample)
        if form == 0:
            query = f"SELECT {select} FROM {first.identity} a"
        elif form == 1 and first.key and not first.view:
            query = f"SELECT {select}, count(*) AS n FROM {first.identity} a GROUP BY {', '.join('a.' + k for k in first.key)}"
        elif form == 2:
            extra = self.name("extra")
            query = f"SELECT {select}, (SELECT count(*) FROM {second.identity} b) AS {extra} FROM {first.identity} a"
            sample = sample + [(extra, "bigint")]
        else:
            call = self.name("call")
            query = f"SELECT {select}, {self.random.choice(self.functions)}(1) AS {call} FROM {first.identity} a"
            sample = sample + [(call, "integer")]
        view.columns = [(name, "generated" if type == "generated" else type) for name, type in sample]
        kind = self.random.choice(["VIEW", "VIEW", "MATERIALIZED VIEW"])
        options = " WITH (security_barrier = true)" if kind == "VIEW" and self.chance(0.2) else ""
        self.add(f"CREATE {kind} {view.identity}{options} AS {query}" + (" WITH NO DATA" if kind != "VIEW" else ""))
        if kind != "VIEW" and self.chance(0.5):
            integers = view.of(*INTEGERS, "uuid", "text")
            if integers:
                self.add(f"CREATE INDEX ON {view.identity} ({self.random.choice(integers)})")
        self.views.append(view)
        self.comment(f"{kind} {view.identity}")

    def furnish(self, table):
        """Keys, indexes, triggers, policies, comments of a table that is there."""
        if not table.columns:
            return
        for name, _ in table.columns[:2]:
            self.comment(f"COLUMN {table.identity}.{name}")
        self.comment(f"TABLE {table.identity}")
        for _ in range(self.random.randrange(3)):
            self.reference(table)
        good = table.of("integer", "bigint", "text", "date", "uuid", "boolean", "timestamptz")
        if good and self.chance(0.6):
            names = self.random.sample(good, min(len(good), self.random.randint(1, 3)))
            where = f" WHERE {names[0]} IS NOT NULL" if self.chance(0.3) else ""
            self.add(f"CREATE {self.random.choice(['UNIQUE ', '']) if not table.partitioned else ''}INDEX {self.name('i')} ON {table.identity} ({', '.join(names)}){where}")
        if table.of("integer") and self.chance(0.2):
            # From PostgreSQL 17 on indexes are built with no search path.
            functions = [f for f in self.functions if self.version < 17 or f not in self.by_path]
            if functions:
                self.add(f"CREATE INDEX ON {table.identity} (({self.random.choice(functions)}({table.of('integer')[0]})))")
        if table.of("integer", "text") and not table.partitioned and self.chance(0.15):
            self.add(f"ALTER TABLE {table.identity} ADD CONSTRAINT {self.name('u')} UNIQUE ({table.of('integer', 'text')[0]})" + self.random.choice(["", " DEFERRABLE INITIALLY DEFERRED"]))
        if self.chance(0.15):
            function, trigger = self.new("touch"), self.name("trigger")
            self.add(f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
            self.add(f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table.identity} FOR EACH ROW EXECUTE FUNCTION {function}()")
            if not table.partitioned:
                self.add(f"ALTER TABLE {table.identity} {self.random.choice(['DISABLE', 'ENABLE ALWAYS', 'ENABLE REPLICA'])} TRIGGER {trigger}")
        if self.chance(0.1):
            self.add(f"ALTER TABLE {table.identity} ENABLE ROW LEVEL SECURITY")
            other = self.random.choice(self.tables)
            self.add(f"CREATE POLICY {self.name('policy')} ON {table.identity} FOR SELECT USING (EXISTS (SELECT FROM {other.identity}))")
        if self.chance(0.05):
            self.add(f"CREATE RULE {self.name('rule')} AS ON DELETE TO {table.identity} DO INSTEAD NOTHING")

    def reference(self, table):
        targets = [t for t in self.tables if len(t.key) == 1 and dict(t.columns)[t.key[0]] in ("integer", "uuid")]
        if not targets or table.identity in [v.identity for v in self.views]:
            return
        target = self.random.choice(targets)
        column = self.name("ref")
        type = dict(target.columns)[target.key[0]]
        action = self.random.choice(["", " ON DELETE CASCADE", " ON UPDATE SET NULL", " DEFERRABLE INITIALLY DEFERRED"])
        self.add(f"ALTER TABLE {table.identity} ADD COLUMN {column} {type}")
        unchecked = " NOT VALID" if not table.partitioned and self.chance(0.1) else ""
        self.add(f"ALTER TABLE {table.identity} ADD CONSTRAINT {self.name('fk')} FOREIGN KEY ({column}) REFERENCES {target.identity} ({target.key[0]}){action}{unchecked}")
