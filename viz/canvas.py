"""What every chart is drawn on: a figure measured in pixels, its axes, labels and a clean SVG."""

import io
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from trappen.viz import wording

# Okabe and Ito's colours, told apart by people who do not see red and green alike; the first policy is
# grey so that the second stands out on paper too.
FIRST, SECOND = "#595959", "#0072B2"
BETTER, WORSE, OPEN = "#0072B2", "#D55E00", "#595959"
INK, FAINT = "#1a1a1a", "#d9d9d9"
FONT = 12.0

_FONTS = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": FONT,
    "axes.edgecolor": "#8c8c8c",
    "axes.linewidth": 0.8,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 11.0,
    "ytick.labelsize": 11.0,
    "text.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "path.simplify": False,
}


@dataclass
class Canvas:
    """A figure of a fixed size in pixels, drawn upon and then written as SVG.

    Parameters
    ----------
    name
        Short name of the chart; the ids inside the SVG begin with it.
    width, height
        In pixels, which are the units of the SVG.
    lang
        Language of the numbers.
    """

    name: str
    width: int
    height: int
    lang: str

    def __post_init__(self) -> None:
        self._style = mpl.rc_context({**_STYLE, "svg.hashsalt": self.name})
        self._style.__enter__()
        self.figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72)

    def axes(self, left: float, top: float, right: float, bottom: float, **values: Any) -> Axes:
        """Return axes whose edges stand so many pixels from the edges of the figure."""
        box = (
            left / self.width,
            bottom / self.height,
            (self.width - left - right) / self.width,
            (self.height - top - bottom) / self.height,
        )
        return self.figure.add_axes(box, **values)

    def text(self, x: float, y: float, text: str, **values: Any) -> None:
        """Put a text so many pixels from the left and from the top of the figure."""
        self.figure.text(x / self.width, 1 - y / self.height, text, **{"va": "baseline", **values})

    def svg(self, title: str, description: str) -> str:
        """Return the SVG, told in words for those who hear it, and close the figure."""
        stream = io.StringIO()
        try:
            FigureCanvasSVG(self.figure).print_svg(stream, metadata={"Date": None, "Creator": None})
        finally:
            self._style.__exit__(None, None, None)
        return _clean(stream.getvalue(), self.name, title, description)


def _clean(svg: str, name: str, title: str, description: str) -> str:
    """Return an SVG to stand inside a page: without addresses, with ids of its own, with a title.

    What stands inside HTML needs no namespaces, and the page is to hold no address at all.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s(xmlns(:\w+)?|version)="[^"]*"', "", svg)
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: ((?:\w+ )*)([\d.]+px) [^;\"]*", _font, svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r' transform="rotate\(-0 [^"]*"', "", svg)
    head = re.search(r'viewBox="[^"]*"', svg)
    words = (
        f'<svg {head.group(0) if head else ""} role="img" aria-labelledby="{name}-title {name}-desc" '
        f'style="font-family:{_FONTS};stroke-linejoin:round"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return words + re.sub(r"^<svg[^>]*>", "", svg, flags=re.DOTALL).strip()


def _font(found: re.Match[str]) -> str:
    """Return size and weight alone, so that the letters follow the page."""
    weight = "; font-weight: 700" if re.search(r"bold|700", found.group(1)) else ""
    return f"font-size: {found.group(2)}{weight}"


def number_axis(axis: Any, lang: str, ticks: int = 6, *, signed: bool = False) -> None:
    """Write an axis' numbers as the language does, with as many decimals as its steps need."""
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    write: Callable[[float, int, str], str] = wording.signed if signed else wording.number

    def shown(x: float, _: int | None = None) -> str:
        at = axis.get_majorticklocs()
        step = abs(at[1] - at[0]) if len(at) > 1 else 1.0
        return write(
            x, next((places for places in range(3) if round(step, places) == round(step, 6)), 3), lang
        )

    axis.set_major_formatter(FuncFormatter(shown))


def year_axis(axes: Axes, years: Sequence[int], ticks: int) -> None:
    """Write whole years under the axes, the first and the round ones, without a thousands sign."""
    axes.set_xlim(years[0], max(years[-1], years[0] + 1))
    span = years[-1] - years[0]
    step = next((step for step in (1, 2, 5, 10, 20) if span <= step * ticks), 20)
    round_years = [year for year in years if year % step == 0 and year - years[0] > 0.7 * step]
    axes.set_xticks([years[0], *round_years])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))
    axes.yaxis.grid(True, color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def spread(wanted: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Return places as near as possible to the wanted ones, in their order, at least so far apart.

    Used for labels beside lines that end close together; all are kept between `low` and `high`
    where there is room.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    places = [min(max(wanted[at], low), high) for at in order]
    for _ in range(200):
        moved = False
        for below in range(len(places) - 1):
            lack = least - (places[below + 1] - places[below])
            if lack > 1e-9:
                places[below] -= lack / 2
                places[below + 1] += lack / 2
                moved = True
        over = places[-1] - high if places else 0.0
        under = low - places[0] if places else 0.0
        if over > 1e-9:
            places[-1] = high
            moved = True
        if under > 1e-9:
            places[0] = low
            moved = True
        if not moved:
            break
    found = [0.0] * len(wanted)
    for at, place in zip(order, places, strict=True):
        found[at] = place
    return found


def label_ends(axes: Axes, x: float, ends: Sequence[tuple[float, str, str]], apart: float) -> None:
    """Write names beside the ends of lines: value, text and colour of each; `apart` is in pixels."""
    low, high = axes.get_ylim()
    box = axes.get_window_extent()
    per_pixel = (high - low) / box.height
    places = spread([value for value, _, _ in ends], apart * per_pixel, low, high)
    for (_, text, colour), y in zip(ends, places, strict=True):
        axes.annotate(
            text,
            (x, y),
            xytext=(6, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontweight="bold",
            annotation_clip=False,
            fontsize=11.5,
            linespacing=1.1,
        )


def broken(text: str, width: int) -> str:
    """Return a text broken into lines of so many letters."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False)) or text
