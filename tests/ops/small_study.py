"""A study of eight small tasks, and its whole result as bytes."""

from trappen.scenarios.studies.export import export
from trappen.scenarios.studies.folder import read_planned

STUDY = """\
name: small
children: 400
policies: [status_quo, omlaegning]
grid:
  caseload: [15, 25]
parameter_sets: 2
replicates: 2
years: 2
replicates_per_task: 1
policies_per_task: 2
"""


def write(folder, text=STUDY):
    file = folder / "small.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def table_of(folder):
    """Every row of a study's results, as the bytes of its export."""
    target = folder.parent / f"{folder.name}.parquet"
    export(folder, read_planned(folder), target)
    return target.read_bytes()
