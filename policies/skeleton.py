"""A hook says in Python what a policy cannot say as data. This is the file to copy and change.

A hook is a Python file with one function, `levers_in_force`. It is run with your rights on your machine,
so it is loaded only when you ask for it by name (`trappen run SCENARIO --hook FILE`; from Python
`scenario.with_hook(load_hook(FILE))`), never because a scenario or a catalogue mentions it. A result
tells the hash of the hook it rests on, and a rerun asks for the same file.

As it stands, this hook changes nothing. Take away the comments to see an example: caseworkers are lent
out each summer, and the caseload rises by a fifth in July.
"""


def levers_in_force(month: int, levers: dict[str, float]) -> dict[str, float]:
    """Return the levers of one month.

    Parameters
    ----------
    month
        Month of the horizon, counted from 0; month 0 is January of the start year.
    levers
        What the policy puts in force in that month, by name and in each lever's unit (a copy; see
        `trappen catalogue --kind lever`). What is returned must hold the same names, within each
        lever's bounds.
    """
    # if month % 12 == 6:
    #     levers["caseload"] = min(60.0, 1.2 * levers["caseload"])
    return levers
