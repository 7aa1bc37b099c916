"""The house is a staircase: imports run down, files form no circle, and saying hello loads nothing heavy."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    *("numpy", "numba", "mesa", "pandas", "rich", "scipy", "matplotlib"),
    *("pyarrow", "simpy", "pydantic", "ruamel", "networkx"),
)


def test_the_contracts_of_pyproject_hold(root):
    """They are also a step of their own in `.ci/run`; function-level imports count."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_is_there(root):
    import tomllib

    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    kinds = {contract["type"]: contract for contract in settings["contracts"]}
    floors = kinds["layers"]["layers"]
    assert floors[-5:] == ["viz", "scenarios", "policies", "model", "agents"]
    assert kinds["layers"]["exhaustive"]
    assert set(kinds["acyclic_siblings"]["ancestors"]) == {"trappen", "trappen.**"}
    assert {"mesa", "numba"} <= set(kinds["forbidden"]["forbidden_modules"])


@pytest.mark.parametrize(
    "doing",
    [
        "import trappen; dir(trappen)",
        "from trappen.cli import main; main(['--help'])",
        "from trappen.cli import main; main(['compare', '--help'])",
        "from trappen.cli import main; main(['--version'])",
        "from trappen.cli import main; main(['compar'])",
        "from trappen.cli import main; main(['run', '--years', 'many'])",
    ],
)
def test_nothing_heavy_is_loaded_to_say_hello(doing, tmp_path):
    code = f"{doing}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert loaded & set(HEAVY) == set()
