"""Types of PostgreSQL and its contrib modules with values that are easily lost, and random tables made of them. A value
is an SQL expression; arrays, composites and domains are made over all types, and over each other."""

import random
import struct

EXTENSIONS = ("hstore", "ltree", "citext", "cube", "isn", "seg", "intarray", "earthdistance", "lo")

TEXTS = ["", " ", "a", "null", "NULL", "\\", '"', "'", ",", "{}", "()", "{a,b}", '"a"', "\\x41", "tab\there", "line\nbreak\r\n", "naïve 日本 🐦",
         "$bytes", '{"$bytes":"AA=="}', "\u2028\u007f\x01", "trailing  ", "e\u0301", "\ufeff", "x" * 3000]
DOCUMENTS = ["null", "{}", "[]", "1", "1.50", "-0.0", "1e400", '"a"', "true", '{"a": {"b": [1, 2.50, null]}}', '{"$bytes": "AA=="}', '{"$json": null}', '[[1],[2]]',
             '"\\u00e9\\n"', '{"\\u0024num":"NaN"}', '{"": ""}', '{"a":"\\"}"}']

TYPES = {
    "boolean": ["true", "false"],
    "smallint": ["-32768", "32767", "0"],
    "integer": ["-2147483648", "2147483647", "7"],
    "bigint": ["-9223372036854775808", "9223372036854775807", "9007199254740993"],
    "real": ["0", "-0", "NaN", "Infinity", "-Infinity", "1e-45", "3.4028235e38", "0.1", "1", "16777217"],
    "double precision": ["0", "-0", "NaN", "Infinity", "-Infinity", "5e-324", "1.7976931348623157e308", "0.1", "1", "1e22", "0.30000000000000004"],
    "numeric": ["0", "0.00", "-0.000", "NaN", "Infinity", "-Infinity", "1.50", "100", "1e-30", "1e400", "-123456789012345678901234567890.123456789", "0." + "0" * 300 + "1"],
    "numeric(12,4)": ["0", "1.5", "-99999999.9999", "NaN"],
    "numeric(4,-3)": ["0", "5000", "-9999000"],
    "numeric(3,6)": ["0.000999", "-0.000001"],
    "money": ["0", "-92233720368547758.08", "92233720368547758.07", "1234.56"],
    "text": TEXTS,
    "varchar(3000)": TEXTS,
    "char(5)": ["", "a", "a b", "ééééé"],
    "bpchar": ["", "a  ", "b"],
    '"char"': ["", "a", '"', "\\", "é"],
    "name": ["", "a", 'x"y', "日本"],
    "citext": ["", "AbC", "É"],
    "bytea": ["", "\\x00", "\\x00ff5c27220a", "\\x" + "ab" * 3000],
    "date": ["2000-01-01", "infinity", "-infinity", "4713-01-01 BC", "0001-12-31 BC", "5874897-12-31", "10000-01-01", "1999-12-31", "2024-02-29"],
    "time": ["00:00", "24:00", "23:59:59.999999", "12:00:00.5"],
    "time(2)": ["00:00", "23:59:59.99"],
    "timetz": ["00:00+00", "24:00+15:59", "23:59:59.999999-15:59:59", "12:00:00.5+05:30"],
    "timestamp": ["2000-01-01", "infinity", "-infinity", "4713-01-01 00:00 BC", "294276-12-31 23:59:59.999999", "1999-12-31 23:59:59.999999", "0001-01-01 00:00:00.000001 BC", "12345-06-07 08:09:10.5"],
    "timestamptz": ["2000-01-01 00:00+00", "infinity", "-infinity", "4713-01-01 00:00+00 BC", "294276-12-31 23:59:59.999999+00", "1900-01-01 00:00+01:23:45"],
    "timestamp(0)": ["2000-01-01", "infinity"],
    "interval": ["0", "1 day", "-1 day", "1 mon -1 day 00:00:00.000001", "-178000000 years", "178000000 years -11 mons", "2147483647 days", "-2147483648 days", "2562047788:00:54.775807",
                 "-2562047788:00:54.775807", "-0.5 sec", "1 year -1 mon", "-1 year 1 day -0.000001 sec", "00:59:60", "-00:00:59.999999", "1 mon 30 days 24:00"],
    "interval day to second(2)": ["1 day 02:03:04.05", "-00:00:00.01"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"],
    "json": DOCUMENTS + [" 1 ", '{"a" :\n 1, "a": 2}', '"\\ud800"', "\tnull"],
    "jsonb": DOCUMENTS,
    "jsonpath": ["$", "strict $.a[*] ? (@.b > 1.50)", '$."a b".**{2 to last}', "lax $[last - 1].type()", '$ ? (@ like_regex "^a\\"" flag "i")'],
    "xml": ["", "<a/>", "text & more".replace("&", "&amp;"), "<a b=\"1\">é<!-- c --></a>", "<?xml version=\"1.0\"?><a>x</a>", "<a/><b/>", " x "],
    "inet": ["0.0.0.0", "192.168.0.1/24", "::", "::ffff:1.2.3.4/128", "fe80::1/10"],
    "cidr": ["0.0.0.0/0", "192.168.0.0/24", "::/0"],
    "macaddr": ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"],
    "macaddr8": ["00:00:00:00:00:00:00:00", "08:00:2b:01:02:03:04:05"],
    "bit(5)": ["00000", "10101"],
    "bit varying": ["", "1", "0" * 65],
    "varbit(9)": ["", "101010101"],
    "point": ["(0,-0)", "(1e300,5e-324)", "(NaN,Infinity)"],
    "line": ["{1,2,3}", "{0.1,-1,0}"],
    "lseg": ["[(0,0),(1.1,2.2)]"],
    "box": ["(3,4),(1,2)", "(0.1,-0),(0,-0)"],
    "path": ["[(0,0),(1,1)]", "((0.1,0),(1,1),(2,0))"],
    "polygon": ["((0,0),(1,1),(2,0.30000000000000004))"],
    "circle": ["<(0,0),0>", "<(-1.5,2),3.3>"],
    "tsvector": ["", "'a':1A 'b':2,3B", "'it''s' 'x\\\\y':16383D", "'line\nbreak' 'é'"],
    "tsquery": ["", "'a' & !'b' | 'c':*AB", "'x' <-> 'y' <3> 'z'"],
    "int4range": ["empty", "[1,5)", "(,)", "[2147483646,)"],
    "int8range": ["[-9223372036854775808,9223372036854775807)"],
    "numrange": ["[1.50,2)", "(,NaN]", "[-Infinity,Infinity)"],
    "tsrange": ["[2026-01-01 10:00,2026-01-02 00:00:00.000001)", "(-infinity,infinity)", "empty"],
    "tstzrange": ["[2026-01-01 10:00+05,infinity]"],
    "daterange": ["[2026-01-01,2026-02-01)", "[0044-03-15 BC,infinity)", "[2026-01-01,)"],
    "int4multirange": ["{}", "{[1,2),[5,9)}", "{(,)}"],
    "nummultirange": ["{[1.0,2.00],(7,)}"],
    "tstzmultirange": ["{[2026-01-01 00:00+00,2026-01-02 00:00+00),[2027-01-01 00:00+00,)}"],
    "datemultirange": ["{[2026-01-01,2026-01-02)}"],
    "pg_lsn": ["0/0", "FFFFFFFF/FFFFFFFF"],
    "pg_snapshot": ["10:20:10,14,15", "1:1:"],
    "txid_snapshot": ["10:20:10,14,15"],
    "oid": ["0", "4294967295"],
    "xid": ["0", "4294967295"],
    "xid8": ["0", "18446744073709551615"],
    "cid": ["4294967295"],
    "tid": ["(0,0)", "(4294967295,65535)"],
    "oidvector": ["", "1 4294967295"],
    "int2vector": ["", "-32768 32767"],
    "regclass": ["pg_class", "-", "pg_catalog.pg_type", "\"Odd Name\"", "4294967295"],
    "regproc": ["-", "pg_catalog.now"],
    "regprocedure": ["-", "abs(integer)"],
    "regoper": ["0", "||/"],
    "regoperator": ["0", "+(integer,integer)"],
    "regtype": ["-", "timestamp with time zone", "integer[]", "pair"],
    "regrole": ["-"],
    "regnamespace": ["-", "pg_catalog", '"odd.schema"'],
    "regcollation": ["-", '"C"', '"POSIX"'],
    "regconfig": ["english", "simple"],
    "regdictionary": ["simple"],
    "hstore": ["", 'a=>1,"b c"=>NULL,"q\\"u"=>"\\\\"', '""=>""'],
    "ltree": ["", "Top.Science.Astronomy"],
    "lquery": ["*.a{1,2}.!b*@", "Top.*{0,3}"],
    "ltxtquery": ["Europe & Russia*@ & !Transportation"],
    "cube": ["(1,2,3)", "(0,0),(1.1,-2e300)", "(-0)", "()"],
    "earth": ["(6378168,0,0)"],
    "seg": ["1.50", "1..2.00", "~5.0", "<3", "6.5 .. ", "-0"],
    "query_int": ["1&(2|!3)"],
    "lo": ["0", "4294967295"],
    "isbn": ["0-11-000533-3"], "isbn13": ["978-0-11-000533-1"], "issn": ["1436-4522"], "ismn": ["M-3452-4680-5"], "ean13": ["978-0-393-04002-9"], "upc": ["036000291452"],
    "mood": ["sad", "it's", '{"a"}', "NULL", "", "日本,x", "back\\slash", "a" * 63],
    "floats": ["[0.1,0.30000000000000004)"],
    '"odd.schema"."Odd ""Type"""': ["x", ""],
    "pair": ["(1,x)", "(,)", '(-1,"a ""b"" \\\\ ,")', '(,"")'],
    '"Odd ""pair"""': ['(1.50,"$","{""$json"": 1}","(1,)")', "(,,null,)", '(,,"[1, [2]]",)', '(,,"""text""","(,)")'],
    "tree": ['("{""(1,\\\\""a b\\\\"")"",NULL}","2026-01-01 00:00+00","\\\\x00ff","(NaN,,,)","it\'s",-Infinity," {} ","P1D")', "(,,,,,,,)", '({},infinity,,,,-0,"{""$bytes"":1}",)'],
    "nothing": ["()"],
    "positive": ["1"], "some_text": ["", "null"], "good_pair": ["(1,x)"], "numbers": ["{}", "{1,2}", "[0:1]={1,NULL}"], "domains": ['(1,"{1,2}","(1,x)")', "(1,,)"],
}

SCHEMA = '''
    CREATE SCHEMA "odd.schema";
    CREATE TABLE "Odd Name" ();
    CREATE TYPE mood AS ENUM ('sad', 'it''s', '{"a"}', 'NULL', '', '日本,x', 'back\\slash', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
    CREATE TYPE "odd.schema"."Odd ""Type""" AS ENUM ('x', '');
    CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi);
    CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
    CREATE DOMAIN some_text AS text NOT NULL CHECK (VALUE <> 'never');
    CREATE TYPE pair AS (a integer, b text);
    CREATE TYPE "Odd ""pair""" AS ("A ""b""" numeric, "$bytes" text, dropped integer, "日" jsonb, empty pair);
    ALTER TYPE "Odd ""pair""" DROP ATTRIBUTE dropped;
    CREATE TYPE tree AS (pairs pair[], at timestamptz, bytes bytea, inner_one "Odd ""pair""", mood mood, f float8, j json, span interval);
    CREATE TYPE nothing AS ();
    CREATE DOMAIN good_pair AS pair CHECK ((VALUE).a > 0);
    CREATE DOMAIN numbers AS integer[] CHECK (array_length(VALUE, 1) < 100);
    CREATE TYPE domains AS (p positive, n numbers, g good_pair);
'''


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Values:
    """Draws types and values; the same seed draws the same ones."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.made = []  # statements that create the types drawn so far

    def scalar_type(self):
        return self.random.choice(list(TYPES))

    def scalar(self, kind):
        drawn = self.drawn(kind) if self.random.random() < 0.5 else None
        return f"CAST({quoted(drawn or self.random.choice(TYPES[kind]))} AS {kind})"

    def drawn(self, kind):
        """A random text of the type, None where only the list has some."""
        number = self.random
        if kind in ("integer", "oid", "xid"):
            return str(number.randrange(2**31))
        if kind == "bigint":
            return str(number.randrange(-2**63, 2**63))
        if kind == "double precision":
            text = repr(struct.unpack("d", number.randbytes(8))[0])
            return text if text[-1].isdigit() else "NaN"
        if kind == "real":
            text = repr(struct.unpack("f", number.randbytes(4))[0])
            return text if text[-1].isdigit() else "NaN"
        if kind == "numeric":
            return f"{number.choice(['', '-'])}{number.randrange(10**number.randrange(1, 60))}.{'0' * number.randrange(9)}{number.randrange(10**number.randrange(1, 30))}"
        if kind in ("text", "citext"):
            return "".join(number.choice("ab\"'\\{}(),: \n\té日🐦$%") for _ in range(number.randrange(12)))
        if kind == "bytea":
            return "\\x" + number.randbytes(number.randrange(40)).hex()
        if kind == "date":
            return f"{number.randrange(1, 300000):04}-{number.randrange(1, 13):02}-{number.randrange(1, 29):02}{number.choice(['', ''])}"
        if kind in ("timestamp", "timestamptz"):
            year, era = number.choice([(number.randrange(1, 4700), " BC"), (number.randrange(1, 290000), "")])
            zone = "+00" if kind == "timestamptz" else ""
            return f"{year:04}-{number.randrange(1, 13):02}-{number.randrange(1, 29):02} {number.randrange(24):02}:{number.randrange(60):02}:{number.randrange(60):02}.{number.randrange(10**6):06}{zone}{era}"
        if kind == "interval":
            return f"{number.randrange(-10**8, 10**8)} mons {number.randrange(-2**31, 2**31)} days {number.randrange(-2**62, 2**62)} us"
        if kind == "uuid":
            return number.randbytes(16).hex()
        return None

    def domain_type(self, base):
        name = f"d{len(self.made)}"
        self.made.append(f"CREATE DOMAIN {name} AS {base}")
        return name

    def composite_type(self, kinds):
        name = f"c{len(self.made)}"
        self.made.append(f"CREATE TYPE {name} AS ({', '.join(f'a{i} {kind}' for i, kind in enumerate(kinds))})")
        return name

    def array(self, kind, element):
        shape = self.random.randrange(5)
        if shape == 0:
            return f"CAST('{{}}' AS {kind})"
        if shape == 1:
            rows = [", ".join(element() for _ in range(2)) for _ in range(self.random.randrange(1, 3))]
            return f"CAST(ARRAY[{', '.join(f'ARRAY[{row}]' for row in rows)}] AS {kind})"
        items = [element() if self.random.random() < 0.8 else "NULL" for _ in range(self.random.randrange(1, 5))]
        plain = f"CAST(ARRAY[{', '.join(items)}] AS {kind})"
        if shape == 2:
            low = self.random.randrange(-3, 4)
            return f"CAST('[{low}:{low + len(items) - 1}]=' || CAST({plain} AS text) AS {kind})"
        return plain

    def column(self, depth=0):
        """A type, and a function that draws a value of it."""
        shape = self.random.randrange(6 if depth < 3 else 2)
        if shape == 2:
            base, value = self.column(depth + 1)
            name = self.domain_type(base)
            return name, lambda: f"CAST({value()} AS {name})"
        if shape in (3, 4):
            base, value = self.column(depth + 1)
            if base.endswith("]"):
                return base, value
            name = base + "[]"
            return name, lambda: self.array(name, value)
        if shape == 5:
            parts = [self.column(depth + 1) for _ in range(self.random.randrange(1, 4))]
            name = self.composite_type([kind for kind, _ in parts])
            return name, lambda: f"CAST(ROW({', '.join(value() if self.random.random() < 0.85 else 'NULL' for _, value in parts)}) AS {name})"
        kind = self.scalar_type()
        return kind, lambda: self.scalar(kind)


def random_table(seed):
    """Statements that make a table `t` with its types, and those that fill it."""
    values = Values(seed)
    columns = [values.column() for _ in range(values.random.randrange(1, 9))]
    names = ", ".join(f'"c{i}" {kind}' for i, (kind, _) in enumerate(columns))
    schema = [*values.made, f"CREATE TABLE t ({values.random.choice(['key integer PRIMARY KEY, ', 'key integer, '])}{names})"]
    rows = [f"INSERT INTO t VALUES ({', '.join([str(row), *(value() if values.random.random() < 0.9 else 'NULL' for _, value in columns)])})"
            for row in values.random.sample(range(100), values.random.randrange(1, 12))]
    return schema, rows
