"""2,000 generated pairs of migrations on each engine: a roundtrip validation finds that each down part restores the catalog."""

import json

import pytest
from generated_pairs import Generator

SETS, PER_SET = 50, 40


def problems(db, migrations):
    call = "SELECT migrate_validate(?, ?)" if db.engine == "sqlite" else "SELECT json_agg(v) FROM migrate_validate(%s::json, %s) v"
    rows = json.loads(db.one(call, (json.dumps(migrations), '{"level": "roundtrip"}')) or "[]")
    return [(row["file"], row["code"], row["message"]) for row in rows if row["severity"] == "error"]


@pytest.mark.parametrize("tenth", range(10))
def test_the_down_part_restores_the_catalog(db, tenth):
    for seed in range(tenth * SETS // 10, (tenth + 1) * SETS // 10):
        assert problems(db, list(Generator(seed, db.engine).migrations(PER_SET))) == [], f"seed {seed}"


def test_a_down_part_that_forgets_something_is_found(db):
    """The same pairs with the last statement of one down part left out."""
    for seed in range(10):
        migrations = list(Generator(seed, db.engine).migrations(5))
        text = migrations[-1]["sql"]
        migrations[-1]["sql"] = text[: text.index("-- migrate:down")] + "-- migrate:down\nSELECT 1;\n"
        rows = problems(db, migrations)
        assert rows and {row[:2] for row in rows} == {(migrations[-1]["name"], "not_restored")}, f"seed {seed}"
