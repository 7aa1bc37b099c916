"""The run index: what of a study is waiting, under way, done or set aside; kept in SQLite.

The files are the truth; the index only says who is doing what, and can be made anew from them. No
decision rests on a clock: a driver holds a lock that its system lets go when it ends, however it ends,
so whether a task that is under way has been given up is asked of the lock.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from trappen.agents.problem import Problem
from trappen.scenarios.studies.store import DiskFull
from trappen.scenarios.studies.tasks import Task

ATTEMPTS = 3
"""How often a task is begun before it is set aside."""

_TABLES = """
CREATE TABLE IF NOT EXISTS tasks (
    name TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    policies_from INTEGER NOT NULL, policies_to INTEGER NOT NULL,
    replicates_from INTEGER NOT NULL, replicates_to INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    work REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'aside')),
    attempts INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    bytes INTEGER,
    sha256 TEXT,
    seconds REAL,
    said TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS next ON tasks (state, attempts, number);
CREATE TABLE IF NOT EXISTS planned (only INTEGER PRIMARY KEY CHECK (only = 1), cut TEXT NOT NULL);
"""
_COLUMNS = "name, number, place, policies_from, policies_to, replicates_from, replicates_to, runs"


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a study is in one state: tasks, runs, units of work, bytes, seconds spent."""

    tasks: int = 0
    runs: int = 0
    work: float = 0.0
    bytes: int = 0
    seconds: float = 0.0


class Driver:
    """A driver's sign of life: a lock on a file, which the system lets go when the process ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file: IO[bytes] | None = None
        while self.file is None:
            handle, path = tempfile.mkstemp(prefix="driver-", suffix=".lock", dir=folder)
            stream = os.fdopen(handle, "r+b")
            # Another driver that looked in between may have taken the file for a dead one's.
            if _lock(stream) and _same(stream, path):
                self.file, self.path = stream, Path(path)
            else:
                stream.close()
        self.name = self.path.name

    def close(self) -> None:
        """Give up the sign of life."""
        with suppress(OSError):
            self.path.unlink()
        if self.file is not None:
            self.file.close()


def _lock(stream: IO[bytes]) -> bool:
    """Try to lock a file; False where another process holds it."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            return True
        except OSError:
            return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


def _same(stream: IO[bytes], path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), os.stat(path))
    except OSError:
        return False


class Index:
    """The run index of a study's folder."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        self.path = folder / "index.sqlite"
        self._connection: sqlite3.Connection | None = None
        if create or self.path.exists():
            try:
                with self._told():
                    self._open()
            except BaseException:
                self.close()  # left open, it could hold the file against the next one who asks
                raise

    def _open(self) -> None:
        self._connection = sqlite3.connect(
            self.path, timeout=60, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA trusted_schema = OFF")
        odd = self._connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('view', 'trigger')")
        if odd.fetchone():  # not of our making: nothing that computes belongs in an index
            raise Problem("study.index_damaged", file=self.path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Close the index."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise Problem("study.no_index", file=self.path)
        return self._connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite says into sentences."""
        try:
            yield
        except (ValueError, TypeError):
            raise Problem("study.index_damaged", file=self.path) from None
        except sqlite3.Error as error:
            said = str(error)
            if "full" in said or "disk I/O" in said:
                raise DiskFull("study.disk_full", file=self.folder) from None
            if isinstance(error, sqlite3.OperationalError) and "unable to open" in said:
                raise Problem("result.not_writable", file=self.folder) from None
            raise Problem("study.index_damaged", file=self.path) from None

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Do several changes as one, alone."""
        with self._told():
            db = self._db
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    db.execute("ROLLBACK")
                raise

    def plan(self, cut: str, tasks: Iterable[tuple[Task, float]], kept: dict[str, int]) -> None:
        """Bring the index into line with a study's tasks and with the results that are there.

        A result that is there is done, one that is not is to be done; tasks of an earlier plan that this
        one does not hold are forgotten.

        Parameters
        ----------
        cut
            What identifies the plan; a driver that works by another one is told so at its next claim.
        tasks
            Each with the work it is, in any unit.
        kept
            Sizes of the results that are there.
        """
        with self._change() as db:
            db.execute("INSERT OR REPLACE INTO planned VALUES (1, ?)", (cut,))
            db.execute("CREATE TEMP TABLE wanted (name TEXT PRIMARY KEY) WITHOUT ROWID")
            rows = (
                (t.name, t.number, t.place, *t.policies, *t.replicates, t.runs, work) for t, work in tasks
            )
            db.execute("CREATE TEMP TABLE there (name TEXT PRIMARY KEY, bytes INTEGER) WITHOUT ROWID")
            db.executemany("INSERT INTO there VALUES (?, ?)", kept.items())

            def told() -> Iterator[tuple[object, ...]]:
                for row in rows:
                    names.append((row[0],))
                    yield row

            names: list[tuple[object]] = []
            db.executemany(
                f"INSERT INTO tasks ({_COLUMNS}, work) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET number = excluded.number, place = excluded.place, "
                "policies_from = excluded.policies_from, policies_to = excluded.policies_to, "
                "replicates_from = excluded.replicates_from, replicates_to = excluded.replicates_to, "
                "work = excluded.work",
                told(),
            )
            db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", names)
            db.execute("DELETE FROM tasks WHERE name NOT IN (SELECT name FROM wanted)")
            db.execute(
                "UPDATE tasks SET state = 'done', owner = NULL, said = NULL, "
                "bytes = (SELECT bytes FROM there WHERE there.name = tasks.name) "
                "WHERE state <> 'done' AND name IN (SELECT name FROM there)"
            )
            db.execute(
                "UPDATE tasks SET state = 'waiting', attempts = 0, owner = NULL, bytes = NULL, sha256 = NULL "
                "WHERE state = 'done' AND name NOT IN (SELECT name FROM there)"
            )
            db.execute("DROP TABLE wanted")
            db.execute("DROP TABLE there")

    def claim(self, cut: str, owner: str, most: int) -> list[tuple[Task, int]]:
        """Take waiting tasks: those never begun first. Each is told with how often it has been begun.

        Raises
        ------
        Problem
            If the folder's plan is no longer the one told.
        """
        with self._change() as db:
            if db.execute("SELECT cut FROM planned").fetchone() != (cut,):
                raise Problem("study.planned_anew", file=self.folder)
            rows = db.execute(
                "UPDATE tasks SET state = 'running', owner = ?, attempts = attempts + 1 WHERE name IN "
                "(SELECT name FROM tasks WHERE state = 'waiting' ORDER BY attempts, number LIMIT ?) "
                f"RETURNING {_COLUMNS}, attempts",
                (owner, most),
            ).fetchall()
        return sorted(((_task(row), row[-1]) for row in rows), key=lambda found: (found[1], found[0].number))

    def done(self, results: Sequence[tuple[str, int, str, float]]) -> None:
        """Say that tasks are done: name, bytes, checksum and seconds spent of each."""
        with self._change() as db:
            db.executemany(
                "UPDATE tasks SET state = 'done', owner = NULL, said = NULL, bytes = ?2, sha256 = ?3, "
                "seconds = ?4 WHERE name = ?1",
                results,
            )

    def failed(self, name: str, said: str, *, for_good: bool = False) -> bool:
        """Say that a task failed, and return whether it is set aside: after three attempts, or at once."""
        with self._change() as db:
            rows = db.execute(
                "UPDATE tasks SET owner = NULL, said = ?, state = "
                "CASE WHEN ? OR attempts >= ? THEN 'aside' ELSE 'waiting' END WHERE name = ? RETURNING state",
                (said, for_good, ATTEMPTS, name),
            ).fetchall()
        return bool(rows) and rows[0][0] == "aside"

    def give_back(self, owner: str) -> None:
        """Give back what a driver that stops of its own will has taken and not done: no attempt counts."""
        with self._change() as db:
            db.execute(
                "UPDATE tasks SET state = 'waiting', owner = NULL, attempts = MAX(0, attempts - 1) "
                "WHERE state = 'running' AND owner = ?",
                (owner,),
            )

    def put_back(self, name: str) -> None:
        """Put back a task that was taken and not begun."""
        with self._change() as db:
            db.execute(
                "UPDATE tasks SET state = 'waiting', owner = NULL, attempts = attempts - 1 WHERE name = ?",
                (name,),
            )

    def bury(self, said: str) -> int:
        """Take back the tasks of drivers that are no more, and return how many.

        The attempt counts: a task that kills its driver must not kill every driver after it.
        """
        with self._change() as db:
            found = 0
            owners = [
                row[0] for row in db.execute("SELECT DISTINCT owner FROM tasks WHERE state = 'running'")
            ]
            for owner in owners:
                if self._alive(owner):
                    continue
                found += db.execute(
                    "UPDATE tasks SET owner = NULL, said = ?, state = "
                    "CASE WHEN attempts >= ? THEN 'aside' ELSE 'waiting' END "
                    "WHERE state = 'running' AND owner IS ?",
                    (said, ATTEMPTS, owner),
                ).rowcount
        return found

    def _alive(self, owner: str | None) -> bool:
        """Tell whether a driver still holds its lock; the file of one that does not is removed."""
        if not owner or Path(owner).name != owner:
            return False
        path = self.folder / owner
        try:
            with path.open("r+b") as stream:
                if not _lock(stream):
                    return True
                path.unlink(missing_ok=True)
        except OSError:
            pass
        return False

    def retry(self) -> int:
        """Let tasks that were set aside be tried anew, and return how many there were."""
        with self._change() as db:
            return db.execute(
                "UPDATE tasks SET state = 'waiting', attempts = 0, said = NULL WHERE state = 'aside'"
            ).rowcount

    def again(self, name: str) -> None:
        """Let a task be done anew: its result is gone or damaged."""
        with self._change() as db:
            db.execute("UPDATE tasks SET state = 'waiting', attempts = 0 WHERE name = ?", (name,))

    def counts(self) -> dict[str, Count]:
        """Return how much is waiting, running, done and set aside."""
        with self._told():
            rows = self._db.execute(
                "SELECT state, COUNT(*), SUM(runs), SUM(work), SUM(bytes), SUM(seconds) FROM tasks "
                "GROUP BY state"
            ).fetchall()
        found = {state: Count() for state in ("waiting", "running", "done", "aside")}
        return found | {row[0]: Count(*(value or 0 for value in row[1:])) for row in rows}

    def timed(self) -> tuple[float, float]:
        """Return the seconds and the work of all tasks whose time is known."""
        with self._told():
            row = self._db.execute(
                "SELECT SUM(seconds), SUM(work) FROM tasks WHERE seconds IS NOT NULL"
            ).fetchone()
        return float(row[0] or 0), float(row[1] or 0)

    def aside(self) -> list[tuple[Task, str]]:
        """List the tasks that were set aside, and what each said last."""
        with self._told():
            rows = self._db.execute(
                f"SELECT {_COLUMNS}, said FROM tasks WHERE state = 'aside' ORDER BY number"
            )
            return [(_task(row), str(row[-1] or "")) for row in rows]

    def checksums(self) -> dict[str, str]:
        """Return the checksum of each result as it was written."""
        with self._told():
            rows = self._db.execute(
                "SELECT name, sha256 FROM tasks WHERE state = 'done' AND sha256 IS NOT NULL"
            )
            return dict(rows.fetchall())


def _task(row: Sequence[object]) -> Task:
    name, number, place, a, b, c, d, runs = row[:8]
    return Task(str(name), int(number), int(place), (int(a), int(b)), (int(c), int(d)), int(runs))  # type: ignore[call-overload]
