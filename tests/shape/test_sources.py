"""Files as files: short, told, in the language of the oldest Python, and free of one machine's traces."""

import ast
import re
import subprocess

import pytest

LONGEST = 450
LONGER: dict[str, int] = {}
"""Program files that may be longer, each with its own bound; a comment says why."""

TRACES = {
    "registry host": r"pypi[.]org|files[.]pythonhosted[.]org|anaconda[.]org|/s[i]mple/",
    "machine path": r"(?<![\w.~-])/(?:work|root|tmp|home|opt)(?=/|\b(?!\w))",
    "assistant": r"(?i)\b(?:cl[a]ude|anthr[o]pic|open[a]i|chatg[p]t|gp[t]-?\d|copil[o]t|gem[i]ni|cod[e]x)\b",
}
OWN_INDEX = "https://" + ".".join(("pypi", "org")) + "/simple"
OWN_FILES = "https://" + ".".join(("files", "pythonhosted", "org")) + "/"


@pytest.fixture(scope="module")
def tracked(root):
    """Text of every file of the project by its path."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip("no clone: which files belong to the project is not known")
    found = {}
    for path in done.stdout.decode().split("\0"):
        file = root / path
        if path and file.is_file() and not file.is_symlink():
            found[path] = file.read_bytes().decode("utf-8", "replace")
    return found


def test_program_files_are_short(sources):
    lengths = {path: text.count("\n") for path, text in sources.items()}
    assert {path: n for path, n in lengths.items() if n > LONGER.get(path, LONGEST)} == {}
    assert [path for path in LONGER if lengths.get(path, 0) <= LONGEST] == []


def test_everything_public_is_told(trees):
    untold = []
    for path, tree in trees.items():
        if ast.get_docstring(tree) is None:
            untold.append(path)
        for node, owner in public_definitions(tree):
            if ast.get_docstring(node) is None:
                untold.append(f"{path}:{node.lineno}: {owner}{node.name}")
    assert untold == []


def public_definitions(tree, owner=""):
    """Yield the public classes and functions of a file and their methods; overloads tell it once."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node, owner
            yield from public_definitions(node, f"{owner}{node.name}.")
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            marks = [ast.unparse(mark) for mark in node.decorator_list]
            if not any(mark == "overload" or mark.endswith(".setter") for mark in marks):
                yield node, owner


def test_every_file_is_written_for_python_3_12(sources):
    for path, text in sources.items():
        ast.parse(text, path, feature_version=(3, 12))


def test_files_end_as_files_do(tracked):
    for path, text in tracked.items():
        if text and path.endswith((".py", ".toml", ".yaml", ".md", ".cff", ".html", "run")):
            assert text.endswith("\n"), path
            assert "\r" not in text, path


@pytest.mark.parametrize("kind", TRACES)
def test_no_file_bears_traces_of_a_machine(tracked, kind):
    pattern = re.compile(TRACES[kind])
    found = []
    for path, text in tracked.items():
        if (
            path == "uv.lock"
            or path.startswith("viz/dashboard/assets/")
            or "\N{REPLACEMENT CHARACTER}" in text
        ):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if seen := pattern.search(line):
                found.append(f"{path}:{number}: {seen.group()}")
    assert found == []


def test_the_lock_names_the_standard_index_only(root):
    lock = (root / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r'registry = "([^"]*)"', lock)) == {OWN_INDEX}
    addresses = re.findall(r'url = "([^"]*)"', lock)
    assert [address for address in addresses if not address.startswith(OWN_FILES)] == []
    assert len(addresses) > 100
    for kind in ("machine path", "assistant"):
        names = "\n".join(re.findall(r"(?:name|source) = .*", lock))
        assert re.search(TRACES[kind], names) is None
