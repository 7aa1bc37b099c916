"""What a visitor of the dashboard has asked for, in full in the address of the page."""

import threading
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import solara

from trappen.agents.problem import Problem, Problems
from trappen.scenarios.files.written import changed, from_link, to_link
from trappen.scenarios.scenario import Scenario, check_comparable, scenario_from
from trappen.scenarios.watched.answers import Answer
from trappen.scenarios.watched.live import Live, Watch
from trappen.viz.dashboard.work import outlive_the_page
from trappen.viz.wording import languages, say

PAGES = ("compare", "staircase", "child", "budget", "casework", "evidence", "classroom")
ANSWERED = ("compare", "budget", "casework")
"""Pages that show the comparison asked for."""

UNDONE = 100
"""Steps that can be undone."""

PROGRESS_EVERY = 0.5
"""Seconds after which a page tells how far a run has come; an answer it tells at once."""

DRAWN_WITHIN = 2.0
"""Seconds within which a page that asked watches the answer itself."""

AT_REST = 20.0
"""Seconds after which a page that has all it asked for looks whether it was closed."""

_live: list[Live] = []
_lock = threading.Lock()


def live() -> Live:
    """Return what works on all visitors' comparisons."""
    with _lock:
        if not _live:
            _live.append(Live())
        return _live[0]


@dataclass(frozen=True, eq=False)
class Asked:
    """Two scenarios, a page, a language, and what else the page was told.

    Attributes
    ----------
    more
        Words of the address that only one page reads, such as a month or a child.
    """

    a: Scenario
    b: Scenario
    page: str = PAGES[0]
    lang: str = "da"
    more: tuple[tuple[str, str], ...] = ()

    def query(self) -> str:
        """Return the words of the address that restore all of it."""
        return urlencode(
            {"side": self.page, "lang": self.lang, **to_link(self.a, self.b)}
            | {f"v.{key}": value for key, value in self.more}
        )

    def word(self, key: str, otherwise: str = "") -> str:
        """Return what the page was told."""
        return dict(self.more).get(key, otherwise)


@dataclass(frozen=True)
class Tried:
    """How far a visitor has come with a lesson: the guess as typed, and whether the model was run."""

    guess: str = ""
    run: bool = False


def usual(lang: str) -> Asked:
    """Return what is asked when nothing is said: today's practice against the reorientation in Herning."""
    return Asked(scenario_from("status_quo"), scenario_from("omlaegning"), lang=lang)


def read(query: str, lang: str) -> tuple[Asked, str]:
    """Return what an address asks for, and a sentence for what in it could not be used."""
    words = dict(parse_qsl(query, max_num_fields=400))
    spoken = words.pop("lang", lang)
    lang = spoken if spoken in languages() else lang
    page = words.pop("side", PAGES[0])
    told = [say("dashboard.link_page", lang, given=page[:40])] if page not in PAGES else []
    page = page if page in PAGES else PAGES[0]
    more = tuple((key[2:], words.pop(key)[:200]) for key in list(words) if key.startswith("v."))
    start = usual(lang)
    try:
        a, b = _told_apart(*from_link(words)) if words else (start.a, start.b)
        check_comparable(a, b)
    except Problem as problem:
        a, b = start.a, start.b
        told.append(f"{say('dashboard.link_not_used', lang)} {sentence(problem, lang)}")
    return Asked(a, b, page, lang, more), " ".join(told)


def sentence(problem: Problem, lang: str) -> str:
    """Return a problem's sentence in the reader's language."""
    if isinstance(problem, Problems):
        return "\n".join(sentence(one, lang) for one in problem.found[:8])
    return problem.place + say(problem.key, lang, **problem.values)


class Session:
    """One visitor's page: what is asked, what was asked before, and what could not be done."""

    def __init__(self, query: str, lang: str) -> None:
        asked, told = read(query, lang)
        self.asked = solara.reactive(asked, equals=lambda old, new: old is new)
        self.problem = solara.reactive(told)
        self.past: solara.Reactive[tuple[Asked, ...]] = solara.reactive(
            (), equals=lambda old, new: old is new
        )
        self._begun: Watch | None = None
        self._lessons: solara.Reactive[dict[str, Tried]] = solara.reactive({})
        self.future: solara.Reactive[tuple[Asked, ...]] = solara.reactive(
            (), equals=lambda old, new: old is new
        )

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.asked.value.lang

    def look(self, **fields: Any) -> None:
        """Go to another page, language or place on a page: nothing that could be undone."""
        self.problem.value = ""
        self.asked.value = replace(self.asked.value, **fields)

    def note(self, key: str, value: str) -> None:
        """Remember a word that only this page reads."""
        words = dict(self.asked.value.more) | {key: value}
        self.look(more=tuple((name, word) for name, word in words.items() if word))

    def tried(self, lesson: str) -> Tried:
        """Return how far the visitor has come with a lesson, kept until the page is closed."""
        return self._lessons.value.get(lesson, Tried())

    def try_lesson(self, lesson: str, **fields: Any) -> None:
        """Take a guess at a lesson, run its model, or begin it anew."""
        tried = replace(self.tried(lesson), **fields)
        self._lessons.value = self._lessons.value | {lesson: tried}

    def ask(self, a: Scenario, b: Scenario) -> None:
        """Ask something else, so that it can be undone."""
        try:
            a, b = _told_apart(a, b)
            check_comparable(a, b)
        except Problem as problem:
            self.problem.value = sentence(problem, self.lang)
            return
        now = self.asked.value
        self.problem.value = ""
        if (a, b) == (now.a, now.b):  # a lever let go of where it was already read: nothing to undo
            return
        if now.page in ANSWERED:
            self._begin(a, b)
        self.past.value = (*self.past.value, now)[-UNDONE:]
        self.future.value = ()
        self.asked.value = replace(now, a=a, b=b)

    def _begin(self, a: Scenario, b: Scenario) -> None:
        """Begin on an answer before the page is drawn, which then watches it; look away if it does not."""
        if self._begun is not None:
            self._begun.close()
        live().hush()
        self._begun = live().watch(a, b)
        timer = threading.Timer(DRAWN_WITHIN, self._begun.close)
        timer.daemon = True
        timer.start()

    def try_asking(self, **fields: Any) -> None:
        """Change fields that both scenarios share."""
        now = self.asked.value
        try:
            a, b = changed(now.a, **fields), changed(now.b, **fields)
        except Problem as problem:
            self.problem.value = sentence(problem, self.lang)
            return
        self.ask(a, b)

    def restore(self, query: str) -> None:
        """Show what an address says, as when the browser goes back."""
        asked, told = read(query, self.lang)
        self.asked.value = asked
        self.problem.value = told

    def undo(self) -> None:
        """Go back to the scenarios before the last change."""
        if self.past.value:
            *before, last = self.past.value
            self.future.value = (self.asked.value, *self.future.value)
            self.past.value = tuple(before)
            self._show(last)

    def redo(self) -> None:
        """Take back an undo."""
        if self.future.value:
            first, *rest = self.future.value
            self.past.value = (*self.past.value, self.asked.value)
            self.future.value = tuple(rest)
            self._show(first)

    def reset(self) -> None:
        """Ask what is asked when nothing is said."""
        start = usual(self.lang)
        self.ask(start.a, start.b)

    def swap(self) -> None:
        """Let the two policies change places."""
        now = self.asked.value
        self.ask(now.b, now.a)

    def _show(self, asked: Asked) -> None:
        now = self.asked.value
        self.problem.value = ""
        self.asked.value = replace(now, a=asked.a, b=asked.b)


def _told_apart(a: Scenario, b: Scenario) -> tuple[Scenario, Scenario]:
    """Give the second another name where both would be called the same in tables and charts."""
    if a.policy.name == b.policy.name and a.name == b.name:
        return a, changed(b, name=f"{b.name[:76]} B")
    return a, b


_Shown = tuple[str, Answer] | None


def next_shown(before: _Shown, key: str, answer: Answer) -> _Shown:
    """Return what is shown next: what was known before stays until something is known of the new question."""
    waits = answer.comparison is None and answer.failed is None
    return before if waits and before is not None and before[1].comparison is not None else (key, answer)


@dataclass(eq=False)
class _Page:
    """The comparison a page watches, and the answer it shows, by the key of what was asked."""

    watches: tuple[str, Watch] | None = None
    shows: _Shown = None


def use_answer(a: Scenario, b: Scenario) -> tuple[Answer | None, bool]:
    """Watch a comparison while the page shows it; a page that is left or closed ends its run.

    Returns
    -------
    :
        What is known so far, and whether it still is the answer to the question before.
    """
    key = str(to_link(a, b))
    page = solara.use_memo(_Page, [])
    _, draw = solara.use_state(object(), eq=lambda old, new: old is new)

    def look() -> Any:
        watch = live().watch(a, b)
        page.watches = key, watch

        def follow() -> None:
            told = None
            while watch.is_open:
                answer = watch.beyond(told, AT_REST if told and told.finished else PROGRESS_EVERY)
                if watch.is_open and answer is not told:
                    told = answer
                    draw(object())
            outlive_the_page()

        threading.Thread(target=follow, daemon=True).start()
        return watch.close

    solara.use_effect(look, [key])
    if page.watches is not None:
        # Read where it stands: a thread that tells late, of a comparison left long ago, tells nothing wrong.
        asked, watch = page.watches
        page.shows = next_shown(page.shows, asked, watch.answer)
    if page.shows is None:
        return None, False
    told, answer = page.shows
    return answer, told != key
