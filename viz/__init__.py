"""Texts, tables, charts and the report: reads results and holds no domain rule."""

if __name__ == "viz":
    raise ImportError(
        "This folder installs as trappen.viz: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )
