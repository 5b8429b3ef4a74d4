"""What is left of a backend that is killed: nothing of an import, what a migration run had committed."""

import os
import subprocess
import sys

import pytest


def beside_its_own_server(root, script):
    if "PGHOST" not in os.environ:
        pytest.skip("no server: run through scripts/with-postgres --extension")
    done = subprocess.run([root / "scripts/with-postgres", "--extension", sys.executable,
                           root / "test/engine/postgresql" / script], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_killed_import_changes_nothing(root):
    assert "nothing changed" in beside_its_own_server(root, "killed_import.py")


def test_a_killed_run_goes_on(root):
    assert "the end is the same" in beside_its_own_server(root, "killed_run.py")
