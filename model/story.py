"""The model as a story: the month's phases in order, and in which function a rule stands.

Both are read from the sources themselves: the phases from the loop of the compiled month, what a function
says from the first line of its docstring. `trappen columns` prints them.
"""

import ast
from functools import cache
from importlib.resources import files
from typing import NamedTuple

QUESTIONS = (
    ("When does a teacher notify?", "notice.courage"),
    ("What does a teacher see of a child?", "notice.sight"),
    ("When is somebody worried without need?", "notice.false_alarms"),
    ("What happens in a month in which somebody is worried?", "notice.notice"),
    ("What is lost when a child changes hands?", "arenas.pass_on"),
    ("How does need grow when nothing is done?", "life.growth_of"),
    ("What does a child's need tend towards at an age?", "life.set_point"),
    ("What does a step do for a child?", "life.relief_target"),
    ("What happens in a family in a quarter?", "households.move_family"),
    ("When do parents part?", "households.next_household"),
    ("What kind of family is it?", "households.settle_domains"),
    ("What passes from parents to children?", "population.inherited_liability"),
    ("Who becomes a parent?", "generations.find_parent"),
    ("What becomes of a child at 25?", "generations.read_adults"),
    ("What does a day care or a school do?", "institutions.quality_at"),
    ("What follows from a review?", "casework.review"),
    ("What follows from an assessment?", "casework.assess"),
    ("What follows from a follow-up?", "casework.follow_up"),
    ("What does a caseworker believe?", "belief.read_need"),
    ("What does an instrument add?", "belief.measure"),
    ("Why is a caseworker gone?", "posts.staff"),
    ("Whose turn is it at the desk?", "queue.run_month"),
    ("Which step does assessed need call for?", "staircase.step_for"),
    ("When do kin take a child?", "staircase.family_care"),
    ("When is a child placed without consent?", "staircase.want"),
    ("Who waits for a place, and how long?", "staircase.allot"),
    ("When does a placement break down?", "staircase.breakdown_chance"),
    ("When is a child ready to go home?", "steps.months_until_ready"),
    ("What happens when a child comes to a step?", "steps.enter_step"),
    ("When does a foster family stop?", "places.close_families"),
    ("Who is offered a programme?", "programmes.offer_programmes"),
    ("What does a child cost?", "money.pay_children"),
    ("In which set of the prevention triangle is a child?", "stock.prevention_set_of"),
)
"""What a newcomer asks, and the kernel file and function that answer it."""

KERNELS = "trappen.model.kernels"

ROWS = {
    "child": ("child", "person", "woman", "man", "children", "world.children"),
    "family": ("family", "known", "families", "world.families"),
    "caseworker": ("worker", "workers", "world.caseworkers"),
    "place": ("place", "places", "world.places"),
}
"""What a row of each table, or the table it is a row of, is called in the kernels."""


class Told(NamedTuple):
    """A function of the kernels and what it says of itself.

    Attributes
    ----------
    name
        Its name.
    file
        Where it stands, from the project's folder.
    says
        The first line of its docstring.
    """

    name: str
    file: str
    says: str


@cache
def _functions(module: str) -> dict[str, ast.FunctionDef]:
    """Return the functions of a kernel file by name."""
    text = (files(KERNELS) / f"{module}.py").read_text(encoding="utf-8")
    return {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


@cache
def _homes() -> dict[str, str]:
    """Return the kernel file of each function that the compiled month imports."""
    tree = ast.parse((files(KERNELS) / "month.py").read_text(encoding="utf-8"))
    found = {name: "month" for name in _functions("month")}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{KERNELS}."):
            found |= {alias.name: str(node.module).rpartition(".")[2] for alias in node.names}
    return found


def told(module: str, name: str) -> Told:
    """Return what a function says of itself.

    Raises
    ------
    KeyError
        If that kernel file has no such function.
    """
    said = ast.get_docstring(_functions(module)[name]) or ""
    return Told(name, f"model/kernels/{module}.py", said.partition("\n")[0])


def phases() -> list[Told]:
    """Return the phases of the month, in the order in which they run."""
    loop = next(node for node in _functions("month")["advance"].body if isinstance(node, ast.For))
    calls = [
        node
        for node in ast.walk(loop)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.args
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id == "world"
    ]
    names = [
        node.func.id
        for node in sorted(calls, key=lambda node: node.lineno)
        if isinstance(node.func, ast.Name)
    ]
    return [told(_homes()[name], name) for name in names]


def answers() -> list[tuple[str, Told]]:
    """Return each question with the function that answers it."""
    return [(question, told(*where.split("."))) for question, where in QUESTIONS]


def _table_of(value: ast.expr) -> str | None:
    """Return the table whose row an expression is, if it is one."""
    name = ast.unparse(value.value if isinstance(value, ast.Subscript) else value)
    return next((table for table, names in ROWS.items() if name in names), None)


@cache
def writers() -> dict[tuple[str, str], list[str]]:
    """Return the kernel files that write each column, by table and column, as their assignments say."""
    found: dict[tuple[str, str], set[str]] = {}
    for file in files(KERNELS).iterdir():
        if not file.name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AugAssign) else targets
            for target in targets:
                if isinstance(target, ast.Attribute) and (table := _table_of(target.value)):
                    found.setdefault((table, target.attr), set()).add(file.name.removesuffix(".py"))
    return {column: sorted(names) for column, names in sorted(found.items())}
