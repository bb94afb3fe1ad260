# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A deployment's traffic as a picture (SVG), by pygal. The page gives the colours, so they follow light and dark."""

from __future__ import annotations

import html
import typing as t

from ansible.errors import AnsibleFilterError

from .timeline import Timeline

try:
    import pygal
    from pygal.style import Style
except ImportError as error:
    PYGAL_ERROR: ImportError | None = error
else:
    PYGAL_ERROR = None

_WIDTH, _HEIGHT = 360, 150
_MARKS = 4


def traffic_chart(timeline: Timeline, title: str, identity: str) -> str:
    """To be put into a page as it is. It needs no script."""
    if PYGAL_ERROR is not None:
        raise AnsibleFilterError("The report needs the Python package pygal (pip install pygal).") from PYGAL_ERROR
    chart = pygal.XY(
        style=_style(),
        js=[],
        width=_WIDTH,
        height=_HEIGHT,
        explicit_size=False,
        show_legend=False,
        show_dots=False,
        fill=True,
        allow_interruptions=True,
        range=(0, 100),
        xrange=(0, max(timeline.minutes, 1)),
        margin=6,
        disable_xml_declaration=True,
        show_x_guides=False,
        stroke_style={"width": 2},
    )
    chart.uuid = identity
    chart.y_labels = [{"value": value, "label": f"{value} %"} for value in (0, 50, 100)]
    chart.x_labels = [{"value": value, "label": _clock(value)} for value in _marks(max(timeline.minutes, 1))]
    chart.add(title, list(timeline.points))
    chart.add("at most", list(timeline.at_most), fill=False, stroke_style={"dasharray": "4, 4", "width": 1.5})
    picture = _without_script(chart.render(is_unicode=True))
    return picture.replace("<title>Pygal</title>", f"<title>{html.escape(title)}</title>")


def _style() -> t.Any:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--soft)",
        foreground_strong="var(--soft)",
        foreground_subtle="var(--line)",
        opacity=".25",
        opacity_hover=".25",
        transition="0s",
        colors=("var(--accent)", "var(--soft)"),
        font_family="inherit",
        label_font_size=12,
        major_label_font_size=12,
    )


def _marks(minutes: float) -> list[float]:
    return [minutes * number / _MARKS for number in range(_MARKS + 1)]


def _clock(minutes: float) -> str:
    whole = round(minutes * 60)
    hours, seconds = divmod(whole, 3600)
    if hours:
        return f"{hours}:{seconds // 60:02} h"
    return f"{seconds // 60}:{seconds % 60:02}"


def _without_script(svg: str) -> str:
    """pygal writes its settings into each picture, for a script that a self-contained page does not have."""
    before, _mark, rest = svg.partition("<script")
    return before + rest.partition("</script>")[2] if rest else before
