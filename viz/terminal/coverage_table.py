"""What carries each system of the source documents: for the terminal, and for the docs."""

from collections.abc import Sequence

from trappen.policies.coverage import Carried
from trappen.viz.wording import say

NARROW = 6


def terminal(rows: Sequence[Carried], lang: str) -> str:
    """Return the table for the terminal: id, what carries it, the tests."""
    lines = []
    for row in rows:
        mark = say("coverage.carried" if row.carried else "coverage.missing", lang)
        lines.append(f"{row.system:<{NARROW}}{mark}  {row.title[lang]}")
        lines.append(f"{'':<{NARROW}}{say('coverage.says', lang)}: {row.says[lang]}")
        for kind in ("short", "note"):
            if told := getattr(row, kind):
                lines.append(f"{'':<{NARROW}}{say(f'coverage.{kind}', lang)}: {told[lang]}")
        lines += [f"{'':<{NARROW}}{part}" for part in _carriers(row, lang)]
        lines += [f"{'':<{NARROW}}{say('coverage.test', lang)}: {test}" for test in row.tests]
    short = [row.system for row in rows if row.short]
    if short:
        lines.append(say("coverage.falls_short", lang, count=len(short), systems=", ".join(short)))
    missing = [row.system for row in rows if not row.carried]
    lines.append(
        say("coverage.all", lang, count=len(rows))
        if not missing
        else say("coverage.some", lang, count=len(missing), systems=", ".join(missing))
    )
    return "\n".join(lines)


def markdown(rows: Sequence[Carried], lang: str = "en") -> str:
    """Return the table of docs/coverage.md."""
    lines = [
        "# Coverage of the source documents",
        "",
        "Every system, programme, practice and finding of the five source documents, what in the program",
        "carries it, and the test that shows its stated effect. Made by",
        "`uv run python -m trappen.viz.terminal.coverage_table`; a test holds that it is up to date.",
        "`trappen catalogue --coverage` lists the same and exits 1 where one is missing.",
        "Where the model does not give what a source says, the row says in bold that it falls short; a note",
        "tells what to know where it does. Figures there are of",
        '`trappen.compare("status_quo", POLICY, children=12000, years=10, replicates=24, seed=11,',
        "structure_check=False)` on the parameter sets of 30 November 2026, with a scenario file in place of",
        "a policy where a lever alone is meant.",
        "",
        "| id | system | what the source says it moves | carried by | shown by |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        carried = "; ".join(_carriers(row, lang)) or "**nothing yet**"
        tests = "<br>".join(f"`{test}`" for test in row.tests) or "**no test yet**"
        says = row.says[lang]
        for kind in ("short", "note"):
            if told := getattr(row, kind):
                says += f". **{say(f'coverage.{kind}', lang)}:** {told[lang]}"
        lines.append(f"| {row.system} | {row.title[lang]} | {says} | {carried} | {tests} |")
    return "\n".join(lines) + "\n"


def _carriers(row: Carried, lang: str) -> list[str]:
    parts = []
    for kind in ("policies", "programmes", "levers", "mechanisms"):
        if names := getattr(row, kind):
            parts.append(f"{say(f'coverage.{kind}', lang)}: {', '.join(names)}")
    return parts


if __name__ == "__main__":
    from trappen.policies.coverage import coverage

    print(markdown(coverage()), end="")
