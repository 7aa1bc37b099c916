"""What is in the folders is what gets installed, under the names it is imported by."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib

import pytest

ROOMS = ("agents", "model", "policies", "scenarios", "viz")
COMES_WITH = {"llvmlite": "numba", "solara": "solara-ui", "uvicorn": "solara-server"}
"""Imported, and brought by another dependency that cannot do without it."""

NEEDED_UNSEEN = {"networkx", "ipyvue", "ipyvuetify", "starlette"}
"""Mesa needs the first without asking for it; solara is held on Vue 2."""

ASSETS = "viz/dashboard/assets"
"""Files for browsers, of others' making: no packages, and named as their makers name them."""


@pytest.fixture(scope="module")
def settings(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def folders_with_content(root, room):
    for folder, below, files in os.walk(root / room):
        below[:] = [name for name in below if name != "__pycache__" and not name.startswith(".")]
        if files and not os.path.relpath(folder, root).replace(os.sep, "/").startswith(ASSETS):
            yield f"trappen.{os.path.relpath(folder, root).replace(os.sep, '.')}"


def test_every_folder_is_in_the_wheel(root, settings):
    found = {"trappen", "trappen.verbs"}
    found |= {name for room in ROOMS for name in folders_with_content(root, room)}
    listed = settings["tool"]["setuptools"]["packages"]
    assert len(listed) == len(set(listed))
    assert set(listed) == found


def test_every_kind_of_file_is_in_the_wheel(root, settings):
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    assert settings["tool"]["setuptools"]["package-data"]["trappen.viz.dashboard"] == ["assets/**/*"]
    for room in ROOMS:
        for file in (root / room).rglob("*"):
            if (root / ASSETS) in file.parents:
                continue
            if file.is_file() and file.suffix not in (".py", ".pyc"):
                assert any(file.match(pattern) for pattern in patterns), file


def test_each_room_is_installed_below_trappen(settings):
    places = settings["tool"]["setuptools"]["package-dir"]
    assert places == {"trappen": "trappen", **{f"trappen.{room}": room for room in ROOMS}}


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_linked_for_type_checkers_and_editors(root, room):
    link = root / "trappen" / room
    if not link.is_symlink():
        pytest.skip("this file system holds no symbolic links")
    assert link.readlink().as_posix() == f"../{room}"
    assert link.resolve() == (root / room).resolve()


def test_links_are_left_out_where_files_would_be_read_twice(settings):
    assert set(settings["tool"]["ruff"]["extend-exclude"]) == {f"trappen/{room}" for room in ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_under_its_bare_name_says_what_to_import(root, room):
    done = subprocess.run(
        [sys.executable, "-c", f"import {room}"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"ImportError: This folder installs as trappen.{room}: import it by that name")


@pytest.mark.parametrize("room", ROOMS)
def test_the_guard_stands_before_anything_else(trees, room):
    documentation, guard, *_ = trees[f"{room}/__init__.py"].body
    assert isinstance(documentation, ast.Expr)
    assert isinstance(guard, ast.If)
    assert ast.unparse(guard.test) == f"__name__ == {room!r}"


def test_the_program_is_typed(root):
    assert (root / "trappen" / "py.typed").exists()


def test_what_is_imported_is_asked_for_and_nothing_else(trees, settings):
    project = settings["project"]
    lines = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    asked = {re.match(r"[\w.-]+", line).group().split(".")[0] for line in lines}
    imported = set()
    for tree in trees.values():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            imported |= {name.split(".")[0] for name in names}
    foreign = {COMES_WITH.get(name, name) for name in imported - sys.stdlib_module_names - {"trappen"}}
    assert foreign - asked == set()
    assert asked - foreign == NEEDED_UNSEEN


def test_the_version_is_the_same_wherever_it_stands(root, settings):
    import trappen

    version = settings["project"]["version"]
    assert trappen.__version__ == version
    assert importlib.metadata.version("trappen") == version
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: [\"']?{re.escape(version)}[\"']?$", citation, re.MULTILINE)
    assert version in (root / "CHANGELOG.md").read_text(encoding="utf-8")
