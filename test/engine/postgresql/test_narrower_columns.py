"""Documents for columns of other types than they come from: a column that would keep another value without a word refuses it, by
table, row and column, and data_verify tells the values apart."""

import json

import pytest

# Type there, type here, a value that fits, one that does not, and what the error says.
NARROWER = [
    ("bigint", "double precision", "9007199254740992", "9007199254740993", "would become the number 9007199254740992"),
    ("numeric", "double precision", "0.1", "0.30000000000000003", "would become the number 0.30000000000000004"),
    ("double precision", "real", "0.1", "0.30000000000000004", "would become the number 0.3"),
    ("numeric", "real", "16777216", "16777217", "would become the number 16777216"),
    ("numeric", "numeric(8,2)", "1.50", "1.005", "would be rounded to 2 decimal places"),
    ("double precision", "numeric(8,2)", "1.5", "1e-3", "would be rounded to 2 decimal places"),
    ("bigint", "numeric(8)", "7", None, None),
    ("timestamp", "timestamp(0)", "2026-01-01 00:00:00", "2026-01-01 00:00:00.7", "would be rounded to 0 digits"),
    ("timestamptz", "timestamp(3) with time zone", "infinity", "2026-01-01 00:00:00.0007+00", "would be rounded to 3 digits"),
    ("time", "time(2)", "10:00:00.25", "10:00:00.255", "would be rounded to 2 digits"),
    ("interval", "interval(1)", "1.5 s", "1.55 s", "would be rounded to 1 digits"),
    ("text", "varchar(4)", "häuser"[:4], "abc  ", "would lose blanks at its end"),
    ("text", "char(4)", "ab", "abcd ", "would lose blanks at its end"),
    ("text", "name", "n" * 63, "n" * 64, "would be cut to 63 bytes"),
    ("json", "jsonb", '{"a": [{"b": 1}, {"b": 1}]}', '[{"a": 1, "\\u0061": 2}]', "has a key twice"),
    ("json", "jsonb", json.dumps({str(i): i for i in range(40)}), json.dumps({str(i): i for i in range(40)})[:-1] + ', "7": 7}', "has a key twice"),
    ("numeric", "money_of", "1.50", "1.005", "would be rounded to 2 decimal places"),
    ("text", '"char"', "a", "ab", "would be cut to its first byte"),
    ("numeric[]", "numeric(8,2)[]", "{1.5}", "{1.5,1.005}", "has 1.005, which would be rounded to 2 decimal places"),
    ("numeric[]", "money_of[]", "{1.5}", "{{1},{1.005}}", "has 1.005, which would be rounded to 2 decimal places"),
    ("timestamp[]", "timestamp(0)[]", "[0:0]={2026-01-01 00:00:00}", "{2026-01-01 00:00:00.7}", "would be rounded to 0 digits"),
    ("json[]", "jsonb[]", """{"{\\"a\\": 1}"}""", """{"{\\"a\\": 1, \\"a\\": 2}"}""", "the rows that were stored are not those"),
    ("interval", "interval day to minute", "1 day 02:03", "1.5 s", "would lose what is less than a minute"),
    ("interval", "interval day", "1 mon 3 days", "1 day 00:00:01", "would lose what is less than a day"),
    ("interval", "interval year", "2 years", "14 mons", "would lose what is less than a year"),
    ("interval[]", "interval year to month[]", "{14 mons}", "{1 day}", "has \"P1D\", which would lose what is less than a month"),
    ("interval", "interval day to second(1)", "1 day 0.5 s", "0.25 s", "would be rounded to 1 digits"),
    ("timetz", "time(0) with time zone", "10:00:00+01", "10:00:00.7+01", "would be rounded to 0 digits"),
]


@pytest.fixture
def databases(new_postgresql):
    return new_postgresql(), new_postgresql()


@pytest.mark.parametrize("there, here, fits, lost, message", NARROWER)
def test_what_a_narrower_column_takes(databases, there, here, fits, lost, message):
    first, second = databases
    first.sql(f"CREATE TABLE t (id int PRIMARY KEY, v {there})")
    second.script(f"CREATE DOMAIN money_of AS numeric(8,2); CREATE TABLE t (id int PRIMARY KEY, v {here})")
    first.sql("INSERT INTO t VALUES (1, %s), (2, NULL)", (fits,))
    documents = [first.value("export_json"), "\n".join(row["line"] for row in first.call("export_jsonl"))]
    for document in documents:
        second.call("import_json", document, '{"clear": true}')
        assert all(row["matches"] for row in second.call("data_verify", document))
        assert second.one("SELECT v = %s::text::" + here + " FROM t WHERE id = 1", (fits,)) if there != "json" else True
    if lost is None:
        return
    first.sql("INSERT INTO t VALUES (3, %s)", (lost,))
    before = second.digests()
    for document in (first.value("export_json"), "\n".join(row["line"] for row in first.call("export_jsonl"))):
        place = () if message.startswith("the rows") else ("row 3", '"v"')
        with second.refuses("WB024", '"t"', message, *place):
            second.call("import_json", document, '{"clear": true}')
        assert second.digests() == before
        if place:
            assert [row for row in second.call("import_validate", document) if message in row["message"]], second.call("import_validate", document)


@pytest.mark.parametrize("here, fits, lost, message", [
    ("interval hour", "@ 90 days 2 hours", "1 day 02:00:01", "would lose what is less than an hour"),
    ("interval(2)", "1 year 2 mons -3 days 04:05:06.78", "-1.005 seconds", "would be rounded to 2 digits"),
    ("time(1) with time zone", "10:00:00.70+01", "10:00:00.75+01", "would be rounded to 1 digits"),
    ("time with time zone", "10:00:00.123456000+01", "10:00:00.1234567+01", "would be rounded to 6 digits")])
def test_texts_that_lose_something_as_times(databases, here, fits, lost, message):
    """Written in another way there; what they say is kept, or refused."""
    first, second = databases
    first.script(f"CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, '{fits}')")
    second.sql(f"CREATE TABLE t (id int PRIMARY KEY, v {here})")
    second.call("import_json", first.value("export_json"))
    assert second.one(f"SELECT v = '{fits}'::{here.split('(')[0] if here.startswith('interval') else 'timetz'} FROM t")
    first.sql(f"UPDATE t SET v = '{lost}'")
    document = first.value("export_json")
    for options in ({"clear": True}, {"on_conflict": "update"}):
        with second.refuses("WB024", 'table "t", row 1, column "v"', message):
            second.call("import_json", document, json.dumps(options))
    assert message in second.call("import_validate", document, '{"clear": true}')[0]["message"]


@pytest.mark.parametrize("wide, value, narrow", [("bigint", "9007199254740993", "double precision"), ("double precision", "0.30000000000000004", "real"),
                                                 ("numeric", "0.30000000000000003", "double precision"), ("text", "abc  ", "varchar(4)")])
def test_a_column_that_became_narrower(postgresql, wide, value, narrow):
    postgresql.sql(f"CREATE TABLE t (id int PRIMARY KEY, v {wide})")
    postgresql.sql("INSERT INTO t VALUES (1, %s)", (value,))
    document = postgresql.value("export_json")
    assert [row["matches"] for row in postgresql.call("data_verify", document)] == [True]
    postgresql.sql(f"ALTER TABLE t ALTER v TYPE {narrow}")
    [row] = postgresql.call("data_verify", document)
    assert not row["matches"] and '"v"' in row["detail"], row


def test_blanks_of_char_are_no_difference(databases):
    first, second = databases
    first.script("CREATE TABLE t (code text PRIMARY KEY, up text REFERENCES t); INSERT INTO t VALUES ('a', NULL), ('bc', 'a'), ('äöüß', 'bc')")
    second.script("""CREATE TABLE t (code char(4) PRIMARY KEY, up char(4) REFERENCES t);
        CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER same BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION same()""")
    document = first.value("export_json")
    second.call("import_json", document)
    second.call("import_json", document, '{"on_conflict": "replace"}')
    assert second.one("SELECT string_agg(code || '<' || up, ' ' ORDER BY code) FROM t") == "bc<a äöüß<bc"
    assert all(row["matches"] for row in second.call("data_verify", document))


def test_types_of_one_name_that_differ(databases):
    """Domains, arrays of them, and composite types; where the table is the same one, nothing is read twice for it."""
    first, second = databases
    for database, scale in ((first, 3), (second, 2)):
        database.script(f"""CREATE DOMAIN amount AS numeric(8,{scale}); CREATE DOMAIN amounts AS amount[]; CREATE TYPE pair AS (n numeric(8,{scale}), t text);
            CREATE TABLE a (v amount); CREATE TABLE b (v amount[]); CREATE TABLE c (v amounts); CREATE TABLE d (v pair)""")
    for table, fits, lost in (("a", "1.5", "1.005"), ("b", "{1.5}", "{1.005}"), ("c", "{1.5}", "{1.005}"), ("d", "(1.5,x)", "(1.005,x)")):
        options = json.dumps({"tables": [table]})
        first.sql(f"INSERT INTO {table} VALUES (%s)", (fits,))
        second.call("import_json", first.value("export_json", options))
        first.sql(f"INSERT INTO {table} VALUES (%s)", (lost,))
        with second.refuses("WB024", f'"{table}"'):
            second.call("import_json", first.value("export_json", options), '{"clear": true}')


@pytest.mark.parametrize("options", [{}, {"on_conflict": "update"}, {"preserve_ids": False}, {"clear": True}])
def test_rows_that_would_change_are_bad_ones(databases, options):
    first, second = databases
    first.script("""CREATE TABLE t (id int PRIMARY KEY, n numeric, j json, c text, a numeric[]);
        INSERT INTO t VALUES (1, 1.5, '{"a": 1}', 'ab', '{1.5}'), (2, 1.555, '[]', '', '{}'), (3, 1, '{"a": 1, "a": 2}', '', '{}'),
                             (4, 1, '[]', 'ab  ', '{}'), (5, 1, '[]', 'a', '{1.005}')""")
    second.sql("CREATE TABLE t (id int PRIMARY KEY, n numeric(6,2), j jsonb, c varchar(3), a numeric(6,2)[])")
    for document in (first.value("export_json"), "\n".join(row["line"] for row in first.call("export_jsonl"))):
        second.sql("TRUNCATE t")
        rows = second.call("import_json", document, json.dumps({"on_error": "collect", **options}))
        assert [row["row_number"] for row in rows if row["error"]] == [2, 3, 4, 5], rows
        assert second.sql("SELECT n::text, j::text, c, a::text FROM t") == [("1.50", '{"a": 1}', "ab", "{1.50}")]


def test_char_is_without_its_blanks(databases):
    first, second = databases
    first.script("CREATE TABLE t (id int PRIMARY KEY, c char(5), a text[]); INSERT INTO t VALUES (1, 'ab', '{ab}'), (2, NULL, NULL)")
    second.sql("CREATE TABLE t (id int PRIMARY KEY, c char(3), a char(3)[])")
    document = first.value("export_json")
    second.call("import_json", document)
    assert second.sql("SELECT c, a::text FROM t WHERE id = 1") == [("ab ", '{"ab "}')]
    assert second.call("import_json", document, '{"on_conflict": "update", "skip": []}') is not None
    first.sql("INSERT INTO t VALUES (3, 'abcd', NULL)")
    with second.refuses("22001"):
        second.call("import_json", first.value("export_json"), '{"clear": true}')


@pytest.mark.parametrize("here, there", [("char(5)[]", "char(3)[]"), ("char(3)[]", "char(5)[]"), ("text[]", "char(3)[]"), ("char(5)[]", "codes"), ("char(3)[]", "char(3)[]")])
@pytest.mark.parametrize("trigger", [False, True])
def test_blanks_of_char_inside_arrays(databases, here, there, trigger):
    """Compared where a trigger could change rows, and by data_verify."""
    first, second = databases
    first.script(f"CREATE TABLE t (id int PRIMARY KEY, a {here}); INSERT INTO t VALUES (1, '{{ab,NULL,ä}}'), (2, '[0:1][1:1]={{{{x}},{{\"\"}}}}'), (3, NULL), (4, '{{}}')")
    second.script(f"CREATE DOMAIN code AS char(4); CREATE DOMAIN codes AS char(3)[]; CREATE TABLE t (id int PRIMARY KEY, a {there})")
    if trigger:
        second.script("""CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                         CREATE TRIGGER same BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION same()""")
    for document in (first.value("export_json"), "\n".join(row["line"] for row in first.call("export_jsonl"))):
        assert second.call("import_validate", document) == []
        second.call("import_json", document)
        assert [row["unchanged"] for row in second.call("import_json", document, '{"on_conflict": "update"}')] == [4]
        assert all(row["matches"] for row in second.call("data_verify", document))
        second.sql("TRUNCATE t")
    first.sql("UPDATE t SET a = '{abcd}'" if here != "char(3)[]" else "UPDATE t SET a = '{abc}'")
    if here == "char(5)[]":
        with second.refuses("22001"):
            second.call("import_json", first.value("export_json"))


@pytest.mark.parametrize("type", ["char(5)", "code", "char(5)[]", "code[]", "codes"])
def test_blanks_of_char_in_documents_without_metadata(postgresql, type):
    """Values that are there already: only another one is written."""
    postgresql.script("CREATE DOMAIN code AS char(5); CREATE DOMAIN codes AS char(5)[]")
    postgresql.sql(f"CREATE TABLE t (id int PRIMARY KEY, v {type})")
    array = type[-1] in "]s"
    rows = [{"id": id, "v": [value] if array else value} for id, value in ((1, "ab"), (2, "cd     "), (3, "abcde"), (4, ""))] + [{"id": 5, "v": None}]
    postgresql.call("import_json", json.dumps({"t": rows}))
    for mode in ("update", "replace"):
        [done] = postgresql.call("import_json", json.dumps({"t": rows}), json.dumps({"on_conflict": mode}))
        assert (done["updated"], done["unchanged"]) == (0, 5)
    rows[0]["v"] = [" ab"] if array else " ab"
    [done] = postgresql.call("import_json", json.dumps({"t": rows}), '{"on_conflict": "update"}')
    assert (done["updated"], done["unchanged"]) == (1, 4)


def test_documents_without_digests_are_rounded(postgresql):
    postgresql.sql("CREATE TABLE t (a double precision, b numeric(8,2), c varchar(2), d jsonb)")
    postgresql.call("import_json", '{"t": [{"a": 9007199254740993, "b": 1.005, "c": "x   ", "d": {"a": 1, "a": 2}}]}')
    assert postgresql.sql("SELECT a::text, b::text, c, d::text FROM t") == [("9.007199254740992e+15", "1.01", "x ", '{"a": 2}')]
