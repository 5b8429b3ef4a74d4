"""Fixtures of the engine tests: a fresh database on each engine for each test.

WHIMBREL_SQLITE_MODULE is the module (default: build/whimbrel.so), WHIMBREL_TOOLS the directory of the test tools
(default: the module's), the PG* variables and WHIMBREL_SCRATCH come from scripts/with-postgres."""

import itertools
import os
import pathlib
import shutil

import psycopg2
import pytest
from engines import Postgresql, Sqlite

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = pathlib.Path(os.environ.get("WHIMBREL_SQLITE_MODULE", ROOT / "build/whimbrel.so"))
TOOLS = pathlib.Path(os.environ.get("WHIMBREL_TOOLS", MODULE.parent))
TEMPLATE = "whimbrel_template"
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def tools():
    return TOOLS


@pytest.fixture(scope="session")
def shared_data():
    """Data of others, which stands beside the project where it is developed."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("no ../shared/data on this machine")
    return path


@pytest.fixture
def directory(tmp_path):
    """Where the test and both engines may read and write; the server may be another user than the test."""
    scratch = os.environ.get("WHIMBREL_SCRATCH")
    if scratch is None:
        yield tmp_path
        return
    path = pathlib.Path(scratch) / f"test-{next(numbers)}"
    path.mkdir()
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def server():
    """A connection for making databases, and the template that has the extension."""
    if "PGHOST" not in os.environ:
        pytest.skip("no server: run through scripts/with-postgres --extension")
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"CREATE DATABASE {TEMPLATE}")
    with psycopg2.connect(dbname=TEMPLATE) as template:
        template.cursor().execute("CREATE EXTENSION whimbrel")
    template.close()
    yield cursor
    cursor.execute(f"DROP DATABASE {TEMPLATE}")
    connection.close()


@pytest.fixture
def new_sqlite(directory):
    """Makes SQLite databases."""
    made = []

    def make():
        made.append(Sqlite(directory, TOOLS, str(MODULE), f"test{len(made)}.db"))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture
def new_postgresql(request, directory):
    """Makes PostgreSQL databases."""
    server = request.getfixturevalue("server")
    made = []

    def make():
        name = f"whimbrel_test_{next(numbers)}"
        server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        made.append(Postgresql(directory, TOOLS, name))
        return made[-1]

    yield make
    for database in made:
        database.close()
        server.execute(f"DROP DATABASE {database.name} WITH (FORCE)")


@pytest.fixture
def sqlite(new_sqlite):
    return new_sqlite()


@pytest.fixture
def postgresql(new_postgresql):
    return new_postgresql()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_db(request):
    """Makes databases of one engine; the test runs once for each engine."""
    return request.getfixturevalue("new_" + request.param)


@pytest.fixture
def db(new_db):
    return new_db()


@pytest.fixture(scope="session")
def sample_migrations():
    """The sample application's migrations as a client sends them: the server need not see our directory."""
    import json

    files = sorted((ROOT / "examples/agents/migrations").glob("*.sql"))
    return json.dumps([{"name": file.name, "sql": file.read_text()} for file in files])


@pytest.fixture
def app(db, sample_migrations):
    """The sample application with some rows."""
    db.call("migrate_apply", sample_migrations)
    db.fill_sample(300)
    return db
