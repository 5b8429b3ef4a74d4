"""A backend that is killed in the middle of an import leaves nothing behind."""

import os
import pathlib
import subprocess
import sys

import pytest


def test_a_killed_import_changes_nothing(root):
    if "PGHOST" not in os.environ:
        pytest.skip("no server: run through scripts/with-postgres --extension")
    script = pathlib.Path(__file__).with_name("killed_import.py")
    done = subprocess.run([root / "scripts/with-postgres", "--extension", sys.executable, script],
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing changed" in done.stdout
