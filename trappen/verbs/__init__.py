"""The commands, a file each: `options` says what can be asked, `do` does it and returns the exit code.

A new command is a file here, a name in `VERBS` and a text `cli.command.<name>`.
"""

VERBS = (
    "compare",
    "run",
    "rerun",
    "study",
    "results",
    "municipalities",
    "targets",
    "calibrate",
    "figures",
    "episodes",
    "evidence",
    "validate",
    "bench",
    "catalogue",
    "show",
    "child",
    "dashboard",
    "diff",
    "new",
    "check",
    "schema",
    "columns",
    "budget",
    "explain",
    "seek",
    "optimise",
    "sensitivity",
    "trial",
    "early",
    "casework",
    "prices",
    "indicators",
    "report",
)
"""In the order in which the help lists them."""
