"""New files are written from commented templates, so that a user begins with something that works."""

from importlib.resources import files
from typing import Literal

type Kind = Literal["scenario", "policy", "programme"]


def new_text(
    kind: Kind,
    *,
    name: str,
    title: str | None = None,
    municipality: str | None = None,
    children: int | None = None,
    policy: str = "omlaegning",
    years: int = 20,
    replicates: int = 50,
) -> str:
    """Return a commented file of a kind, filled in with what is known.

    Parameters
    ----------
    municipality, children
        Of a scenario; one of them is enough.
    """
    template = (files("trappen.scenarios.files.templates") / f"{kind}.yaml").read_text(encoding="utf-8")
    where = [f'municipality: "{municipality}"'] if municipality else []
    where += [f"children: {children}               # 0-17 år / aged 0-17"] if children else []
    return template.format(
        name=name,
        title=(title or name).replace('"', "'"),
        where="\n".join(where or ['municipality: "Herning"']),
        policy=policy,
        years=years,
        replicates=replicates,
    )
