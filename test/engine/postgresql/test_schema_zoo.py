"""An exported schema makes the same schema again: one with something of every kind, and random ones."""

import contextlib
import itertools
import pathlib

import pytest
from random_schemas import RandomSchema
from schema_proof import connect, difference, drop, dump, prove

ZOO = pathlib.Path(__file__).parent / "schema_zoo"
SEARCH_PATH = "zoo, public"
numbers = itertools.count(1)


@pytest.fixture
def databases(server):
    """Makes databases with the extension; they can be of a role, or a copy of another."""
    made = []

    def make(role=None, template="whimbrel_template"):
        made.append(f"whimbrel_schema_{next(numbers)}")
        server.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template}" + (f" OWNER {role}" if role else ""))
        return made[-1]

    yield make
    for name in reversed(made):
        drop(name)


@pytest.fixture
def plain_role(server):
    """A role without any right, that other tests leave alone."""
    server.execute("CREATE ROLE zoo_visitor LOGIN")
    yield "zoo_visitor"
    server.execute("DROP ROLE zoo_visitor")


def load(database, files):
    with contextlib.closing(connect(database)) as connection, connection.cursor() as cursor:
        for file in files:
            version = connection.server_version // 10000
            wanted = {"v": lambda bound: version >= bound, "u": lambda bound: version < bound}.get(file.name[0], lambda bound: True)
            if wanted(int(file.name.lstrip("uv")[:2])):
                cursor.execute("RESET ALL;" + file.read_text())


def families(*, superuser):
    """The zoo's files: 9* need a superuser, v16_* and the like that version, u17_* and the like an older one."""
    return [file for file in sorted(ZOO.glob("*.sql")) if superuser or not file.name.startswith("9")]


def test_everything_as_superuser(databases):
    source = databases()
    load(source, families(superuser=True))
    prove(source, databases, search_path=SEARCH_PATH)


def test_owners_and_privileges(databases):
    source = databases()
    load(source, families(superuser=True))
    prove(source, databases, flags=(), search_path=SEARCH_PATH, owner=True, privileges=True)


def test_plain_owner(plain_role, databases):
    source = databases()
    load(source, families(superuser=False))
    prove(source, databases, role=plain_role, search_path=SEARCH_PATH)


@pytest.mark.parametrize("seed, tables", [(1, 5), (2, 20), (3, 60)])
def test_random(databases, seed, tables):
    source = databases()
    with contextlib.closing(connect(source)) as connection:
        schema = RandomSchema(seed, tables, connection.server_version // 10000)
        connection.cursor().execute(str(schema))
    prove(source, databases, search_path=schema.search_path)


def copied(source, copy, directory, options):
    """`source` through the files of export_complete into `copy`: nothing differs."""
    with contextlib.closing(connect(source, search_path=SEARCH_PATH)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM export_complete(%s, %s)", (str(directory), options))
    with contextlib.closing(connect(copy)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM apply_complete(%s)", (str(directory),))
    assert difference(dump(source), dump(copy)) == ""


def test_complete_and_clean(databases, directory):
    """Materialized views that read each other through a function; partitions on a server that nobody reaches: their rows are not ours, and
    are left alone."""
    source = databases()
    load(source, families(superuser=True))
    with contextlib.closing(connect(source)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE zoo.near_part PARTITION OF zoo.with_far_parts FOR VALUES FROM (10) TO (20); INSERT INTO zoo.with_far_parts VALUES (12, 'near')")
    copied(source, databases(), directory, '{"owner": true, "privileges": true}')
    over = databases(template=source)
    with contextlib.closing(connect(over)) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO zoo.near_part VALUES (13, 'goes')")
        for file in directory.iterdir():
            file.unlink()
        copied(source, over, directory, '{"owner": true, "privileges": true, "clean": true}')
        cursor.execute("SELECT * FROM zoo.near_part")
        assert cursor.fetchall() == [(12, "near")]
