"""Rows stand in the order of their natural keys, which is the same in every database."""
import json

NUMBERS = ["10", "9.5", "100", "-3", "-20.25", "0", "0.001", "9.45", "1000000000000000000000.5", "9", "12345678901234567890"]
IN_ORDER = ["-20.25", "-3", "0", "0.001", "9", "9.45", "9.5", "10", "100", "12345678901234567890", "1000000000000000000000.5"]


def ordered(new_db, column, values, key):
    """The keys of the rows, which came in two orders to two databases, as the document of each has them."""
    found = []
    for rows in (values, values[::-1]):
        db = new_db()
        db.script(f"CREATE TABLE rates (rate {column} PRIMARY KEY, label text)")
        for value in rows:
            db.script(f"INSERT INTO rates VALUES ({value}, 'x')")
        db.value("bundle_define", "rates", json.dumps({"fields": {"rates": {"rows": "rates", "natural_key": ["rate"], "fields": {"rate": "rate", "label": "label"}}}}))
        found.append([row["rate"] for row in json.loads(db.value("bundle_export", "rates"), parse_int=key, parse_float=key)["rates"]])
    assert found[0] == found[1]
    return found[0]


def test_numbers(new_db):
    # Of more than 15 digits SQLite keeps a double.
    found = ordered(new_db, "numeric", NUMBERS, float)
    assert found == [float(number) for number in IN_ORDER]


def test_doubles(new_db):
    assert ordered(new_db, "double precision", ["10", "9.5", "-0.5", "1e300", "-1e-300", "1e-300"], float) == [-0.5, -1e-300, 1e-300, 9.5, 10, 1e300]
