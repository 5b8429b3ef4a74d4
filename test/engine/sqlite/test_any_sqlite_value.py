"""The property of a document: out, into another database, and out again gives the same bytes and the same digests, for
values of every storage class in columns of every affinity and tables of every shape. WHIMBREL_RANDOM_TABLES says how
many random tables are tried."""

import os
import random
import re
import sqlite3
import struct

import pytest
from sqlite_database import open_database

TABLES = int(os.environ.get("WHIMBREL_RANDOM_TABLES", "150"))

DECLARED = ["", "INTEGER", "INT", "BIGINT", "REAL", "DOUBLE PRECISION", "FLOAT", "NUMERIC", "DECIMAL(10,2)", "NUMERIC_TEXT", "BOOLEAN", "TEXT", "VARCHAR(5)", "CLOB",
            "BLOB", "DATE", "TIME", "DATETIME", "TIMESTAMP", "UUID", "JSON", "JSONB", "ANY", "POINT", "floating point", "STRING", "integer[]", "record"]
STRICT = ["INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY"]
TEXTS = [b"", b"a", b"12", b" 12 ", b"1.50", b"0x10", b"1e5", b"9223372036854775808", b"123456789012345678901234567890.123456789", b"0.1000000000000000055", b"-0.0", b"NaN", b"Infinity",
         b"-Infinity", b"inf", b"nan", b"true", b"null", b"NULL", b"{}", b"[]", b'{"$bytes":"AA=="}', b'{"$json": 1}', b'"a"', b' {"a" : 1}', b'{"a":1,"a":2}', b"[1,\n2]", b'"\\ud800"', b"2026-01-02", b"2026-01-02 03:04:05",
         b"2026-01-02T03:04:05Z", b"24:00:00", b"4713-01-01 BC", b"00000000-0000-4000-8000-00000000000A", b"a\0b", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "é日🐦\u2028".encode(), b"\\\"'/\x01\x7f\x1f",
         b"x" * 5000, b"\xef\xbb\xbf"]
NUMBERS = [0, 1, -1, 2, 2**31, 2**53, 2**53 + 1, 2**63 - 1, -2**63, 0.0, -0.0, 1.0, 0.1, 1e22, 1e15, 123456789012345680.0, 9007199254740993.0, 9.223372036854775807e18, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf")]
BLOBS = [b"", b"\0", b"\xff" * 20, b"text", b"{}", bytes(range(256))]
NAMES = ["a", "B", "select", 'q"uote', "line\nbreak", "metadata", "$end", "$table:x", "日", "sp ace", "[x]", "x.y", "'", "\\", "\u2028"]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Values:
    def __init__(self, seed, any_text):
        self.random = random.Random(seed)
        self.any_text = any_text  # also text that is no UTF-8

    def text(self, data):
        if not self.any_text:
            return "('" + data.decode("utf-8", "replace").replace("'", "''").replace("\0", "' || char(0) || '") + "')"
        return f"CAST(x'{data.hex()}' AS TEXT)"

    def value(self):
        """A SQL expression, since Python cannot bind every text."""
        kind = self.random.randrange(7)
        if kind == 0:
            return "NULL"
        if kind == 1:
            return self.text(self.random.choice(TEXTS))
        if kind == 2:
            return self.number(self.random.choice(NUMBERS))
        if kind == 3:
            return f"x'{self.random.choice(BLOBS).hex()}'"
        if kind == 4:
            value = struct.unpack("d", self.random.randbytes(8))[0]
            return self.number(value if value == value else 0.5)
        if kind == 5:
            return str(self.random.randrange(-2**63, 2**63) >> self.random.randrange(64))
        return self.text(self.random.randbytes(self.random.randrange(9)))

    @staticmethod
    def number(value):
        if value in (float("inf"), float("-inf")):
            return "9e999" if value > 0 else "-9e999"
        if value == -2**63:
            return "(-9223372036854775807 - 1)"
        return repr(value)

    def table(self):
        """Statements that make one table and fill it; some of those fail."""
        number = self.random
        strict, shape = number.random() < 0.2, number.randrange(5)
        types = STRICT if strict else DECLARED
        names = number.sample(NAMES, number.randrange(1, 7))
        columns = [f"{quoted(name)} {number.choice(types)}" for name in names]
        end = []
        if shape == 0:
            columns.insert(0, "id INTEGER PRIMARY KEY" + number.choice(["", " AUTOINCREMENT", " DESC"]))
        elif shape == 1 or shape == 2:
            keys = number.sample(names, number.randrange(1, len(names) + 1))
            columns.append(f"PRIMARY KEY ({', '.join(map(quoted, keys))})")
            if shape == 2:
                end.append("WITHOUT ROWID")
        if shape == 0 and number.random() < 0.4:
            columns.insert(1, f"twice {number.choice(types)} AS (id * 2) {number.choice(['STORED', 'VIRTUAL'])}")
        if strict:
            end.append("STRICT")
        table = quoted(number.choice(["t", *NAMES]))
        listed = ", ".join(map(quoted, names))
        rows = [f"INSERT INTO {table} ({listed}) VALUES ({', '.join(self.value() for _ in names)})" for _ in range(number.randrange(1, 15))]
        return [f"CREATE TABLE {table} ({', '.join(columns)}) {', '.join(end)}"], rows


def plain(document):
    """A document without what differs from one export to the next."""
    return re.sub(r'"exportedAt": ?"[^"]*"', "", re.sub(r'"database": ?"[^"]*"', "", document, count=1), count=1)


# Text that is no UTF-8 cannot stand in a database of the other encodings: SQLite itself changes it on the way in.
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le"])
def test_random_tables(tmp_path, encoding):
    filled = 0
    for seed in range(TABLES):
        schema, rows = Values(seed, encoding == "UTF-8").table()
        first, second = open_database(":memory:"), open_database(":memory:")
        for database in (first, second):
            database.execute(f"PRAGMA encoding = '{encoding}'")
            database.execute(schema[0])
        for row in rows:
            try:
                first.execute(row)
                filled += 1
            except sqlite3.IntegrityError:  # a key twice, or a value that a STRICT table refuses
                pass
        document = first.execute("SELECT export_json()").fetchone()[0]
        second.execute("SELECT import_json(?)", (document,))
        about = seed, schema
        assert plain(second.execute("SELECT export_json()").fetchone()[0]) == plain(document), about
        digests = "SELECT * FROM data_digest()"
        assert second.execute(digests).fetchall() == first.execute(digests).fetchall(), about
        assert all(row[3] for row in second.execute("SELECT * FROM data_verify(?)", (document,))), about
        lines = "\n".join(row[0] for row in first.execute("SELECT * FROM export_jsonl()"))
        second.execute("SELECT import_json(?, '{\"clear\": true}')", (lines,))
        assert plain(second.execute("SELECT export_json()").fetchone()[0]) == plain(document), about
        statements = [row[0] for row in first.execute("SELECT sql FROM export_data('{\"clean\": true, \"rows_per_insert\": 3}')")]
        second.executescript("BEGIN;" + "".join(statements) + "COMMIT")
        assert second.execute(digests).fetchall() == first.execute(digests).fetchall(), (about, statements)
        first.close()
        second.close()
    assert filled > TABLES
