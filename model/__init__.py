"""The municipality: parameters, population, compiled kernels, casework, money and outcomes."""

if __name__ == "model":
    raise ImportError(
        "This folder installs as trappen.model: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )
