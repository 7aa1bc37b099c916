"""Work that fails in real ways, and a driver that can be killed: run as a program it drives a study.

    faults.py STUDY FOLDER WORK ENGINE WORKERS

The faults are real: processes are killed by signal 9, and nothing of the program is replaced but the
task that is given to it.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from trappen.scenarios.studies.compute import do_task

HERE = Path(__file__).parent


def _is_poison(body):
    """One task of the study: the first replicate under the first policies."""
    task = json.loads(body)
    return task["replicates"][0] == 0 and task["policies"][0]["label"].startswith("status_quo")


def raises(body, stop=None):
    """Fail on one task, each time, as an exception."""
    if _is_poison(body):
        raise RuntimeError("the caseworkers' queue outgrew its room")
    return do_task(body, stop)


def kills(body, stop=None):
    """Take the whole process down with one task, each time."""
    if _is_poison(body):
        os.kill(os.getpid(), signal.SIGKILL)
    return do_task(body, stop)


def slow(body, stop=None):
    """Do the task, and take a while."""
    time.sleep(float(os.environ.get("SLOWLY", "0.3")))
    return do_task(body, stop)


def counted(body, stop=None):
    """Do the task and leave a mark of it, so that one done twice is seen."""
    marks = Path(os.environ["MARKS"])
    marks.mkdir(exist_ok=True)
    with (marks / json.loads(body)["name"]).open("a") as mark:
        mark.write("x")
    time.sleep(0.1)
    return do_task(body, stop)


if __name__ == "__main__":
    # Workers must find the work under the name it is imported by, not under __main__.
    import faults

    from trappen.agents.problem import Problem
    from trappen.scenarios.studies.drive import drive
    from trappen.scenarios.studies.study import load_study
    from trappen.viz.wording import problem_wording

    Problem.wording = staticmethod(problem_wording("en"))
    study, folder, work, engine, workers = sys.argv[1:]
    try:
        drive(
            load_study(study),
            Path(folder),
            engine=engine,
            workers=int(workers),
            work=getattr(faults, work),
        )
    except Problem as problem:
        print(problem)
        sys.exit(2)
