"""The dashboard: one page whose head stays while its body changes; what goes wrong is told in a sentence."""

import logging
import os
from importlib.resources import files
from typing import Any

import solara

from trappen.viz.dashboard.asked import PAGES, Session
from trappen.viz.dashboard.components import Frame, went_wrong
from trappen.viz.dashboard.pages import BODIES
from trappen.viz.dashboard.pages.parts import markup
from trappen.viz.dashboard.serve import LANGUAGE
from trappen.viz.markup import Html, paragraph, tag, words
from trappen.viz.wording import languages, say

_STYLE = (files("trappen.viz.dashboard.components") / "style.css").read_text(encoding="utf-8")
_FRAME = ("skip", "nav", "language", "tagline")


@solara.component
def Layout(children: list[Any]) -> Any:
    """Nothing around the page: its landmarks are its own."""
    return solara.Div(children=children)


@solara.component
def Page() -> None:
    """The whole dashboard."""
    router = solara.use_router()
    lang = os.environ.get(LANGUAGE, "da")
    session = solara.use_memo(lambda: Session(router.search or "", lang), [])
    asked = session.asked.value
    lang = asked.lang
    title = f"{say(f'dashboard.page.{asked.page}', lang)} – {say('dashboard.title', lang)}"
    solara.Style(_STYLE)
    with solara.Div(classes=["t-page"]):
        Frame(
            lang=lang,
            title=title,
            query=asked.query(),
            page=asked.page,
            pages=[{"id": page, "title": say(f"dashboard.page.{page}", lang)} for page in PAGES],
            languages=[{"id": each, "title": say("dashboard.own_name", each)} for each in languages()],
            words={
                name: say(f"dashboard.frame.{name}", lang) for name in ("skip", "nav", "language", "tagline")
            },
            event_go=lambda told: _go(session, told),
            event_speak=lambda told: _speak(session, told),
            event_restore=lambda told: session.restore(str(told.get("query", ""))),
        )
        with solara.v.Html(tag="main", attributes={"id": "indhold"}, class_="t-main"):
            Body(session)
        with solara.v.Html(tag="footer", class_="t-foot"):
            markup(paragraph(say("dashboard.foot", lang)))


def _go(session: Session, told: dict[str, Any]) -> None:
    if told.get("page") in PAGES:
        session.look(page=told["page"], more=())


def _speak(session: Session, told: dict[str, Any]) -> None:
    if told.get("lang") in languages():
        session.look(lang=told["lang"])


@solara.component
def Body(session: Session) -> None:
    """The body of a page, or a sentence where something went wrong in it."""
    failed, clear = solara.use_exception()
    lang = session.lang
    if failed is not None:
        logging.getLogger("trappen").error("a page failed", exc_info=failed)
        with solara.Div():
            markup(tag("div", paragraph(say("dashboard.failed", lang)), class_="t-problem", role="alert"))
            solara.Button(say("dashboard.again", lang), on_click=clear)
        return
    with solara.Div():
        page = session.asked.value.page
        failed_to_do = say("dashboard.failed", lang) if went_wrong.value else ""
        markup(_told(session.problem.value or failed_to_do), live=True)
        BODIES[page](session).key(page)


def _told(problem: str) -> Html:
    if not problem:
        return Html("")
    lines = [tag("p", words(line)) for line in problem.split("\n")]
    return tag("div", *lines, class_="t-problem", role="alert")
