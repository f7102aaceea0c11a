"""Charts without a browser: an ECharts option becomes SVG inside a small JavaScript engine.

The same option dictionary serves page, print and notebook. ECharts is loaded once a process, in a
thread of its own (the engine belongs to one thread); what it writes is then made plain: no script,
no style attribute, no outside reference, ids made from the option, so that the same option gives the
same bytes on every machine and several figures can stand in one page.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from html import escape
from importlib import import_module
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from ronghe.base.canonical import canonical_json
from ronghe.base.errors import EnvironmentFault, RongheError
from ronghe.base.text import Text
from ronghe.report.palette import DARK, FONTS

ASSETS = "assets.json"
ENGINE = "quickjs"
_THREAD_STACK = 64 * 2**20
_ENGINE_STACK = 48 * 2**20

# No clock and no chance inside the engine: a chart drawn twice is the same twice.
_STUBS = """
globalThis.setTimeout = globalThis.setInterval = () => 0;
globalThis.clearTimeout = globalThis.clearInterval = () => undefined;
let seed = 1;
Math.random = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647; };
"""
# Long concatenated strings must be flattened before they leave the engine.
_DRAW = """
globalThis.draw = (text, width, height) => {
  seed = 1;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    const option = JSON.parse(text);
    option.animation = false;
    chart.setOption(option);
    return JSON.parse(JSON.stringify(chart.renderToSVGString()));
  } finally {
    chart.dispose();
  }
};
"""
_FORBIDDEN_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OURS = ("lang", "width", "height")
_SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use", "title")
_HOLDERS = ("svg", "g", "defs", "pattern", "clipPath", "mask", "linearGradient", "radialGradient", "stop")
_ELEMENTS = frozenset(_SHAPES + _HOLDERS)
# The empty grounds of legends and titles, there only to catch a pointer.
_UNSEEN = re.compile(r'<path [^<>]*fill-opacity="0"[^<>]*stroke-width="0"[^<>]*></path>')
_LIVE = re.compile(r' (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="\w+"|baseProfile="\w+"|version="1.1")')


def render_svg(option: Mapping[str, Any], width: int, height: int, *, title: str = "") -> str:
    """Draw an ECharts option as SVG.

    Parameters
    ----------
    option : mapping
        An ECharts option of plain JSON values. Our own keys stay outside the engine: ``lang`` decides how
        axis numbers are written, ``width`` and ``height`` are what the chart asks for.
    width, height : int
        Size in pixels; the figure scales to the place it is put into.
    title : str
        What a screen reader says, and the figure's tooltip.

    Returns
    -------
    str
        One ``<svg>`` element with presentation attributes only; the same option gives the same bytes.

    Raises
    ------
    EnvironmentFault
        If the engine or the chart library is missing or altered; the sentence names the remedy.
    RongheError
        If the option holds what is not JSON, cannot be drawn, or asks for something from outside.
    """
    try:
        text = canonical_json(_clean({key: option[key] for key in option if key not in _OURS}))
    except (TypeError, ValueError) as error:
        raise _undrawable(error) from error
    raw = _worker(os.getpid()).submit(_draw, text, width, height).result()
    mark = hashlib.sha256(f"{width},{height},{option.get('lang')},{text}".encode()).hexdigest()[:8]
    svg = _plain(raw, mark, title)
    return _checked(_without_marks(svg) if option.get("lang") == "zh" else svg)


def can_render() -> bool:
    """Tell whether charts can be drawn on this machine."""
    return missing() is None


def missing() -> Text | None:
    """Return what is lacking to draw charts and what to do, or ``None`` if nothing is."""
    try:
        import_module(ENGINE)
    except ImportError:
        return Text(
            "缺少绘图引擎（Python 包 quickjs-ng）。请运行 make setup，或 pip install quickjs-ng。",
            "The drawing engine is missing (Python package quickjs-ng). Run make setup, or pip install quickjs-ng.",
        )
    for asset in assets():
        file = files("ronghe.report").joinpath("static", asset["file"])
        if not file.is_file():
            return Text(
                f"缺少图表库 {asset['file']}。请在源码目录运行 make setup；安装的软件包本应带有此文件。",
                f"The chart library {asset['file']} is missing. Run make setup in the source folder; "
                "an installed package carries the file.",
            )
        if hashlib.sha256(file.read_bytes()).hexdigest() != asset["sha256"]:
            return Text(
                f"图表库 {asset['file']} 与清单的校验值不符。请删除该文件后运行 make setup。",
                f"The chart library {asset['file']} does not have the listed checksum. Delete it and run make setup.",
            )
    return None


@cache
def assets() -> tuple[dict[str, Any], ...]:
    """Return the list of build-time assets: name, version, file, sha256, licence."""
    listed = files("ronghe.report").joinpath("static", ASSETS).read_text(encoding="utf-8")
    return tuple(json.loads(listed)["assets"])


def with_dark(svg: str) -> str:
    """Return a figure that follows the reader's dark mode when it stands alone or in an ``<img>``.

    A page that holds the figure inline does the same in its own style sheet.
    """
    rules = "".join(
        f'[{part}="{light}"]{{{part}:{dark}}}' for light, dark in DARK.items() for part in ("fill", "stroke")
    )
    end = svg.index(">") + 1
    return f"{svg[:end]}<style>@media (prefers-color-scheme:dark){{{rules}}}</style>{svg[end:]}"


@cache
def _worker(process: int) -> ThreadPoolExecutor:
    """Return the one drawing thread of this process; a forked child gets its own."""
    lacking = missing()
    if lacking:
        raise EnvironmentFault(lacking)
    before = threading.stack_size(_THREAD_STACK)
    try:
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ronghe-svg")
        worker.submit(_engine, process).result()
    finally:
        threading.stack_size(before)
    return worker


@cache
def _engine(process: int) -> Any:
    context = import_module(ENGINE).Context()
    context.set_max_stack_size(_ENGINE_STACK)
    context.eval(_STUBS)
    library = assets()[0]["file"]
    context.eval(files("ronghe.report").joinpath("static", library).read_text(encoding="utf-8"))
    context.eval(_DRAW)
    return context


def _draw(text: str, width: int, height: int) -> str:
    try:
        return str(_engine(os.getpid()).get("draw")(text, width, height))
    except import_module(ENGINE).JSException as error:
        raise _undrawable(str(error).splitlines()[0]) from error


def _clean(value: object) -> object:
    """Return a copy of plain JSON values, without letters that XML forbids."""
    if isinstance(value, str):
        return _FORBIDDEN_LETTERS.sub("", value)
    if isinstance(value, Mapping):
        return {str(key): _clean(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(entry) for entry in value]
    return value


def _plain(raw: str, mark: str, title: str) -> str:
    """Strip what only a live page needs, and name ids after the option."""
    svg = re.sub(r"<style\b.*?</style>", "", raw, flags=re.DOTALL)
    svg = re.sub(r"<[a-zA-Z][^<>]*>", lambda tag: _plain_tag(tag.group(), mark), svg)
    svg = _UNSEEN.sub("", svg)
    svg = re.sub(r">-(?=\d)", ">−", svg)
    head = f' role="img" font-family="{FONTS}"' + (f' aria-label="{escape(title)}"' if title else "")
    inside = f"<title>{escape(title)}</title>" if title else ""
    svg = re.sub(r"<svg([^>]*)>\s*", lambda tag: f"<svg{tag.group(1)}{head}>{inside}", svg, count=1)
    return re.sub(r">\s*\n\s*<", ">\n<", svg).strip() + "\n"


def _without_marks(svg: str) -> str:
    """Take the thousands marks out of axis numbers: the Chinese style has none."""
    return re.sub(r">−?\d{1,3}(?:,\d{3})+(?:\.\d+)?<", lambda number: number.group().replace(",", ""), svg)


def _plain_tag(tag: str, mark: str) -> str:
    tag = re.sub(
        r' (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="\w+"|baseProfile="\w+"|version="1.1")', "", tag
    )
    tag = re.sub(r'( id="|url\(#|href="#)zr\d+-', rf"\1s{mark}-", tag)
    return re.sub(r' style="([^"]*)"', lambda style: _attributes(style.group(1)), tag)


def _attributes(style: str) -> str:
    pairs = [entry.split(":", 1) for entry in style.split(";") if ":" in entry]
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs if name.strip() != "font-family")


def _checked(svg: str) -> str:
    """Return the figure if it is well-formed and refers to nothing outside itself."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise _undrawable(error) from error
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name not in _ELEMENTS:
            raise _undrawable(f"<{name}>")
        for key, value in element.attrib.items():
            key = key.rpartition("}")[2].lower()
            outside = (key in ("href", "src") and not value.startswith("#")) or "url(" in value.replace("url(#", "")
            if key.startswith("on") or outside:
                raise _undrawable(f'{key}="{value[:60]}"')
    return svg


def _undrawable(reason: object) -> RongheError:
    return RongheError(Text(f"图表无法绘制：{reason}", f"The chart cannot be drawn: {reason}"))
