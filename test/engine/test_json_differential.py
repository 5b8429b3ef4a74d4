"""Our JSON reader beside the parsers of both engines: texts of the JSON test suite, and many broken by one change."""

import json
import random
import subprocess

import pytest

SEEDS = ['{"a": [1, -0, 0.5e+10, 1E400, true, false, null], "b": {"c": "x\\u00e9\\n\\"\\\\", "d": []}, "": {}}',
         '[[[[]]], {"k": {"k": {"k": 1}}}, "\\ud83d\\ude00", 123456789012345678901234567890.5]', '"text"', "0", " \t\r\n[ ] ", "-1.5e-7"]
CHARACTERS = '{}[]:,"\\/ \t\r\n0123456789.+-eEtrufalsn\x00\x01\x1f\x7féｘ😀'


def broken_texts():
    generator = random.Random(20261120)
    for _ in range(6000):
        text = list(generator.choice(SEEDS))
        for _ in range(generator.randint(1, 3)):
            place = generator.randrange(len(text) + 1)
            kind = generator.randrange(3)
            if kind == 0:
                text.insert(place, generator.choice(CHARACTERS))
            elif place < len(text):
                text[place:place + 1] = [] if kind == 1 else [generator.choice(CHARACTERS)]
        yield "".join(text)


@pytest.fixture(scope="module")
def texts(tools):
    """{text: whether we take it}"""
    all_texts = sorted(set(broken_texts()) | set(SEEDS))
    all_texts = [text for text in all_texts if "\x00" not in text]
    result = subprocess.run([tools / "json_check", "-0"], input="".join(text + "\0" for text in all_texts).encode(),
                            capture_output=True, check=True)
    verdicts = result.stdout.decode().splitlines()
    assert len(verdicts) == len(all_texts) > 3000
    valid = {text: verdict == "valid" for text, verdict in zip(all_texts, verdicts)}
    assert 300 < sum(valid.values()) < len(valid) - 300
    return valid


def python_takes(text):
    def refuse(name):
        raise ValueError(name)  # NaN and Infinity

    try:
        json.loads(text, parse_constant=refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def has_bad_escape(text):
    """A lone surrogate: JSON's grammar allows it, no text can hold it."""
    try:
        value = json.loads(text, parse_int=str, parse_float=str)
    except ValueError:
        return False
    return any(0xD800 <= ord(c) < 0xE000 for c in json.dumps(value, ensure_ascii=False))


def test_beside_python(texts):
    differing = [text for text, valid in texts.items() if valid != python_takes(text) and not has_bad_escape(text)]
    assert differing == []


def test_beside_sqlite(texts, sqlite):
    """json_valid() of SQLite 3.40 takes a few texts that RFC 8259 does not: it must take all that we take."""
    refused = [text for text, valid in texts.items() if valid and not sqlite.one("SELECT json_valid(?)", (text,))]
    assert refused == []
    taken = [text for text, valid in texts.items() if not valid and not has_bad_escape(text) and sqlite.one("SELECT json_valid(?)", (text,))]
    assert [text for text in taken if python_takes(text)] == []


@pytest.mark.postgresql
def test_beside_postgresql(texts, postgresql):
    """PostgreSQL's json input checks escapes as we do; it must agree on every text."""
    postgresql.script("""
        CREATE FUNCTION takes(t text) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN PERFORM t::json; RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END $$""")
    rows = postgresql.sql("SELECT t, takes(t) FROM unnest(%s::text[]) t", (list(texts),))
    differing = [text for text, taken in rows if taken != texts[text] and not has_bad_escape(text)]
    assert differing == []


def test_the_suite(tools, shared_data):
    files = sorted((shared_data / "json-test-suite/test_parsing").glob("*.json"))
    result = subprocess.run([tools / "json_check", *files], capture_output=True, check=True)
    verdicts = {file.name: line.startswith("valid") for file, line in zip(files, result.stdout.decode().splitlines())}
    assert len(verdicts) == 318
    assert [name for name, valid in verdicts.items() if name.startswith("y_") and not valid] == []
    assert [name for name, valid in verdicts.items() if name.startswith("n_") and valid] == []
    assert sum(name.startswith("y_") for name in verdicts) == 95 and sum(name.startswith("n_") for name in verdicts) == 188
