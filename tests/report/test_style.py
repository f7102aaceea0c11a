"""The style sheet: every class documented and used, colours as in the figures, nothing from outside."""

import re
from importlib.resources import files

import pytest
from sample_page import sample_page
from test_charts import ALL, drawn

from ronghe.report import palette

STYLE = files("ronghe.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
HEAD, _, RULES = STYLE.partition("*/")


def variables(block):
    return dict(re.findall(r"--([\w]+):\s*([^;]+);", block))


def classes(page):
    return {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}


STYLED = set(re.findall(r"\.([a-z][\w-]*)", RULES))
DESCRIBED = set(re.findall(r"\.([a-z][\w-]*)", HEAD)) | {f"chip-{word}" for word in re.findall(r" -(\w+)", HEAD)}


def test_every_class_is_described_at_the_top_and_has_a_rule():
    page = re.sub(r"<svg.*?</svg>", "", sample_page("zh"), flags=re.DOTALL)
    assert classes(page) <= DESCRIBED
    # These only name a place; they look like what surrounds them.
    assert classes(page) - STYLED <= {"masthead-stamp", "behind"}


def test_the_report_page_uses_only_described_classes():
    template = files("ronghe.report").joinpath("templates", "report.html").read_text(encoding="utf-8")
    plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", template)
    assert {name for name in classes(plain) if not name.endswith("-")} <= DESCRIBED


def test_colours_are_those_of_the_figures():
    light = variables(RULES.partition("@media")[0])
    dark = variables(RULES.partition("prefers-color-scheme: dark")[2].partition("* {")[0])
    names = {
        "ink": palette.INK,
        "muted": palette.MUTED,
        "line": palette.GRID,
        "paper": palette.PAPER,
        "empty": palette.EMPTY,
    }
    for name, colour in names.items():
        assert light[name] == colour
        assert dark[name] == palette.DARK[colour]
    for at in range(4):
        assert light[f"gain{at + 1}"] == palette.GAINS[at]
        assert light[f"loss{at + 1}"] == palette.LOSSES[at]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_read_in_both_schemes(scheme):
    colours = variables(RULES.partition("@media")[0])
    if scheme == "dark":
        colours |= variables(RULES.partition("prefers-color-scheme: dark")[2].partition("* {")[0])
    words = ["ink", "muted", "link", "limit", "observed", "computed", "estimated", "assumed", "user", "demonstration"]
    for word in words:
        for ground in ("paper", "ground", "limit-ground"):
            colour = colours.get(ground) or re.findall(rf"--{ground}: (#\w+)", RULES)[scheme == "dark"]
            assert palette.contrast(colours[word], colour) >= 4.5, (word, ground)


def test_nothing_is_asked_from_outside():
    assert not re.search(r"https?:|@import|url\(|@font-face|expression\(", STYLE)
    assert STYLE.count("{") == STYLE.count("}")


@pytest.fixture
def browser(chromium):
    return chromium


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1280, 3840])
def test_the_page_never_scrolls_sideways(browser, lang, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(sample_page(lang))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.evaluate("[...document.querySelectorAll('.table-box')].map(one => one.getBoundingClientRect().right)")
    assert max(boxes) <= width
    page.close()


def test_tiles_take_focus_by_keyboard(browser):
    page = browser.new_page()
    page.set_content(sample_page("en"))
    page.evaluate("document.querySelector('.tile').focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Tianjin: ")
    page.close()


TEXTS = """
() => {
  const svg = document.querySelector('svg'), frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  const out = boxes.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1).map(([text]) => text);
  const met = [];
  boxes.forEach(([text, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    // A box holds the room above and below the letters too.
    if (Math.min(wide, high) > 5) met.push([text, other]);
  }));
  return [out, met];
}
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_words_of_any_chart_are_cut_off_or_meet(browser, lang):
    page = browser.new_page(viewport={"width": 1000, "height": 1200})
    for name, chart in ALL.items():
        page.set_content(f'<body style="margin:0">{drawn(chart(lang))}</body>')
        assert (name, page.evaluate(TEXTS)) == (name, [[], []])
    page.close()
