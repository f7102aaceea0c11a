"""The written report opened in a real browser: desktop, phone, dark, paper."""

import pytest

from ronghe.data import load
from ronghe.report import build_document, write_document

# What sticks out of the page to the right, and images that did not load.
PROBE = """() => ({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  broken: [...document.images].filter(i => !i.complete || i.naturalWidth === 0).length,
  images: document.images.length,
  first: document.querySelector('#H1')?.getBoundingClientRect().top,
})"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    data = load()
    folder = tmp_path_factory.mktemp("pages") / "长三角"
    write_document(build_document(data, data.area("长三角"), draws=20), folder)
    return folder


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_reads_well_and_asks_for_nothing(chromium, pages, lang, width, height, scheme):
    page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((pages / f"report.{lang}.html").as_uri())
    page.wait_for_load_state("load")
    found = page.evaluate(PROBE)
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert found["wide"] <= 0
    assert found["broken"] == 0
    assert found["images"] >= 8
    assert found["first"] < height


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_briefing_prints_on_one_page(chromium, pages, lang):
    page = chromium.new_page()
    page.goto((pages / f"briefing.{lang}.html").as_uri())
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == 1


def test_keyboard_reaches_tables_tiles_and_letters(chromium, pages):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto((pages / "report.zh.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".tilemap [tabindex='0']").count() == 34
    page.locator("details.letter summary").first.press("Enter")
    assert page.locator("details.letter[open] pre").first.is_visible()
    page.close()
