"""The page of columns, phases and rules (docs/columns.md), made from their declarations."""

from collections.abc import Iterator

from trappen.agents import caseworker, child, family, front, institution, leader, place, provider
from trappen.agents.fields import Field
from trappen.agents.states import NEVER
from trappen.model.story import answers, phases, writers

TABLES = (child, family, caseworker, leader, institution, front, place, provider)
NEVER_SAID = "never"

HEAD = """# Where a rule stands, the month, and the columns

Made by `trappen columns --output docs/columns.md` from the declarations; a test holds that it is up to date.
Change a declaration, not this page. How each rule works, with its numbers: [ODD](odd.md).
"""


def columns_page() -> str:
    """Return the page as Markdown."""
    return "\n".join([HEAD, *_rules(), "", *_month(), "", *_tables()]) + "\n"


def _rules() -> Iterator[str]:
    yield "## Where a rule stands\n"
    yield "| question | file | function | it says |"
    yield "|---|---|---|---|"
    for question, found in answers():
        yield f"| {question} | `{found.file}` | `{found.name}` | {found.says} |"


def _month() -> Iterator[str]:
    yield "## The month\n"
    yield "Phases in the order in which they run, each through all it concerns before the next begins"
    yield "(`advance` in `model/kernels/month.py`; in Mesa `Municipality.step`, `model/municipality.py`).\n"
    yield "| phase | file | it says |"
    yield "|---|---|---|"
    for number, phase in enumerate(phases(), 1):
        yield f"| {number}. `{phase.name}` | `{phase.file}` | {phase.says} |"


def _tables() -> Iterator[str]:
    yield "## The columns\n"
    yield "Written in: the files under `model/kernels/` that write the column, read off the code. What"
    yield "none of them writes is set when the municipality is made, or kept by what is named in brackets."
    for module in TABLES:
        told = (module.__doc__ or "").strip().partition("\n")[0]
        yield f"\n### {told}\n"
        yield "| column | type | unit | meaning | at first | written in |"
        yield "|---|---|---|---|---|---|"
        for field in module.FIELDS:
            yield (
                f"| `{field.name}` | {field.dtype} | {field.unit} | {field.meaning} "
                f"| {_first(field)} | {_written(module.__name__.rpartition('.')[2], field)} |"
            )


def _first(field: Field) -> str:
    return NEVER_SAID if field.default == NEVER else f"{field.default:g}"


def _written(table: str, field: Field) -> str:
    return ", ".join(writers().get((table, field.name), [f"({field.writer})"]))
