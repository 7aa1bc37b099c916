"""All luck comes from the project's keyed draws: no other source of chance stands anywhere in the program."""

import ast

import pytest

MODULES = {"random", "secrets", "uuid", "numpy.random", "scipy.stats.qmc"}
CALLS = {
    # generators and what draws from them
    *("default_rng", "RandomState", "SeedSequence", "Generator", "rvs", "random_sample", "permutation"),
    *("sample", "shuffle", "shuffle_do", "choices", "randint", "getrandbits", "normalvariate"),
    # what differs from run to run
    *("urandom", "getrandom", "getpid", "uuid1", "uuid4", "token_bytes", "token_hex", "time_ns", "utcnow"),
    *("time.time", "datetime.now", "datetime.today", "date.today", "Timestamp.now"),
}

ALLOWED = {
    # Mesa's sets of agents can be shuffled by a user's own script; the rules of the model never do.
    ("agents/view.py", "random"),
    ("agents/view.py", "shuffle"),
    # The day on which verdicts were found, told beside them; no figure hangs on it.
    ("scenarios/trust/validation.py", "today"),
    # The name of a draft that is renamed at once, so that two processes do not write the same file.
    ("model/yaml_cache.py", "getpid"),
    # The key that signs the dashboard's session cookies, another at each start.
    ("viz/dashboard/serve.py", "secrets"),
}


def sources_of_chance(path, tree):
    """List what in a file could give another number on another day."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names if alias.name in MODULES]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            found += [(node, name) for name in names if name in MODULES]
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in ("np.random", "numpy.random"):
            found.append((node, "numpy.random"))
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            above, _, last = called.rpartition(".")
            if last in CALLS or f"{above.rpartition('.')[2]}.{last}" in CALLS:
                found.append((node, last))
            elif called == "hash" and "__hash__" not in enclosing(tree, node):
                found.append((node, "hash"))  # of a text, it differs from process to process
    return [f"{path}:{node.lineno}: {name}" for node, name in found if (path, name) not in ALLOWED]


def enclosing(tree, wanted):
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(inner is wanted for inner in ast.walk(node))
    }


def test_the_program_draws_from_nothing_else(trees):
    assert [line for path, tree in trees.items() for line in sources_of_chance(path, tree)] == []


def test_tests_draw_from_the_projects_own_draws_too(root):
    """hypothesis chooses examples; what a test itself needs of noise is keyed, so that it can be repeated."""
    found = []
    for file in sorted((root / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            found += [f"{file.name}:{node.lineno}: {name}" for name in names if name in MODULES]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "from numpy import random",
        "from numpy.random import default_rng",
        "x = np.random.rand(3)",
        "import secrets",
        "from uuid import uuid4",
        "seed = int(time.time())",
        "seed = datetime.now().microsecond",
        "key = hash(name)",
        "frame.sample(3)",
        "stats.norm.rvs(3)",
    ],
)
def test_the_search_finds_each_of_these(code):
    assert sources_of_chance("x.py", ast.parse(code))


def test_the_search_lets_these_pass():
    code = "def __hash__(self):\n    return hash(self.row)\nclock.now\ntime.monotonic()\nrng=1\nsample = 3"
    assert sources_of_chance("x.py", ast.parse(code)) == []
