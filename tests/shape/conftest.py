"""The program as text: its files, read but not run."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("trappen", "viz", "scenarios", "policies", "model", "agents")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def sources():
    """The text of every program file by its path below the root; links to the floors are not followed."""
    files = [file for floor in FLOORS for file in sorted((ROOT / floor).glob("**/*.py"))]
    real = [file for file in files if not any(part.is_symlink() for part in file.parents)]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in real}


@pytest.fixture(scope="session")
def trees(sources):
    """The syntax of every program file by its path."""
    return {path: ast.parse(text, path) for path, text in sources.items()}
