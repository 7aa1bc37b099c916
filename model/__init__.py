"""The municipality: parameters, population, compiled kernels, casework, money and outcomes.

The month is a list one can read: `Municipality.step` (municipality.py), and compiled `advance`
(kernels/month.py), one phase a line. Each phase stands in a kernel file of its own subject:

who lives here      kernels/population.py, generations.py (births, parents, 18, 25), households.py (families)
need                kernels/life.py (course, relief, school), institutions.py (day care and school)
who sees it         kernels/notice.py: when does a teacher notify? `courage`; arenas.py (handovers, pregnancy)
casework            kernels/casework.py (review, assess, follow up), belief.py, posts.py, queue.py (days)
the staircase       kernels/staircase.py (decide, wait, break down), steps.py (come and go), places.py
programmes, money   kernels/programmes.py, conditions.py, money.py
what is counted     kernels/groups.py, stock.py; read as indicators in outcomes.py

Every number stands in parameters/*.yaml, every draw in kernels/draws.py. docs/columns.md (`trappen
columns`) answers some thirty questions with a file and a function, and lists phases and columns;
docs/odd.md states each rule in words.
"""

if __name__ == "model":
    raise ImportError(
        "This folder installs as trappen.model: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )
