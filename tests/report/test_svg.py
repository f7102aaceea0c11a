"""Charts become SVG without a browser: the same bytes each time, safe to stand in a page."""

import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from ronghe.base.errors import EnvironmentFault, RongheError
from ronghe.report import svg
from ronghe.report.palette import DARK, FONTS, HATCH, INK

OPTION = {
    "textStyle": {"color": INK},
    "xAxis": {"type": "category", "data": ["沪", "<b>&\"苏'"]},
    "yAxis": {"type": "value"},
    "series": [{"type": "bar", "label": {"show": True}, "data": [1, {"value": -2000, "itemStyle": {"decal": HATCH}}]}],
}


def test_the_same_option_gives_the_same_bytes():
    first = svg.render_svg(OPTION, 400, 300)
    svg.render_svg({**OPTION, "series": []}, 500, 200)
    assert svg.render_svg(OPTION, 400, 300) == first
    assert svg.render_svg(dict(reversed(OPTION.items())), 400, 300) == first


def test_another_process_gives_the_same_bytes():
    code = f"from ronghe.report.svg import render_svg; print(render_svg({OPTION!r}, 400, 300), end='')"
    run = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, check=True)
    assert run.stdout.decode("utf-8") == svg.render_svg(OPTION, 400, 300)


def test_names_are_escaped_and_the_figure_is_well_formed():
    root = ElementTree.fromstring(svg.render_svg(OPTION, 400, 300, title='A "<title>" & more'))
    texts = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]
    assert "<b>&\"苏'" in texts
    assert root.attrib["aria-label"] == 'A "<title>" & more'
    assert root.attrib["role"] == "img"
    assert root.attrib["font-family"] == FONTS
    assert FONTS.startswith("Noto Sans CJK SC")


def test_nothing_in_it_needs_a_style_attribute_or_a_script():
    drawn = svg.render_svg(OPTION, 400, 300)
    assert not re.search(r"<style|<script|style=|class=|\son\w+=|ecmeta", drawn)
    assert all(reference.startswith("#") for reference in re.findall(r'href="([^"]*)"', drawn))


def test_ids_of_two_figures_do_not_meet():
    one, two = (svg.render_svg(OPTION, width, 300) for width in (400, 401))
    ids = [set(re.findall(r' id="([^"]+)"', drawn)) for drawn in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert set(re.findall(r"url\(#([^)]+)\)", one)) <= ids[0]


def test_axis_numbers_have_a_true_minus_and_marks_by_language():
    axes = {lang: svg.render_svg({**OPTION, "lang": lang}, 400, 300) for lang in ("zh", "en")}
    assert ">−2000<" in axes["zh"]
    assert ">−2,000<" in axes["en"]


def test_letters_that_xml_forbids_are_left_out():
    assert ">沪苏<" in svg.render_svg(
        {**OPTION, "xAxis": {"type": "category", "data": ["沪\x00\x1b苏", "b"]}}, 400, 300
    )


@pytest.mark.parametrize("symbol", ["image://http://example.org/a.png", "image://data:image/png;base64,AAAA"])
def test_a_picture_from_outside_is_refused(symbol):
    option = {"xAxis": {}, "yAxis": {}, "series": [{"type": "scatter", "symbol": symbol, "data": [[0, 0]]}]}
    with pytest.raises(RongheError, match="cannot be drawn"):
        svg.render_svg(option, 100, 100)


@pytest.mark.parametrize("option", [{"a": float("nan")}, {"a": {1, 2}}, {"xAxis": {}, "series": [{"type": "bar"}]}])
def test_what_cannot_be_drawn_is_said_in_one_line(option):
    with pytest.raises(RongheError) as caught:
        svg.render_svg(option, 100, 100)
    assert "\n" not in str(caught.value)


def test_a_large_chart_does_not_run_out_of_stack():
    names = [str(at) for at in range(60)]
    cells = [[x, y, x * y] for x in range(60) for y in range(60)]
    pieces = {"type": "piecewise", "pieces": [{"lt": 900, "color": "#eeeeee"}, {"gte": 900, "color": "#333333"}]}
    axis = {"type": "category", "data": names}
    option = {"xAxis": axis, "yAxis": axis, "visualMap": pieces, "series": [{"type": "heatmap", "data": cells}]}
    assert svg.render_svg(option, 900, 900).count("<path") > 3600


def test_dark_mode_follows_the_reader_where_a_figure_stands_alone():
    dark = svg.with_dark(svg.render_svg(OPTION, 400, 300))
    ElementTree.fromstring(dark)
    assert f'[fill="{INK}"]{{fill:{DARK[INK]}}}' in dark


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A copy of the list of assets in an empty folder, as in a fresh clone."""
    (tmp_path / "static").mkdir()
    shutil.copy(svg.files("ronghe.report").joinpath("static", svg.ASSETS), tmp_path / "static")
    monkeypatch.setattr(svg, "files", lambda _: tmp_path)
    svg._worker.cache_clear()
    yield tmp_path
    svg._worker.cache_clear()


def test_without_the_chart_library_the_remedy_is_named(bare):
    assert not svg.can_render()
    with pytest.raises(EnvironmentFault) as caught:
        svg.render_svg(OPTION, 400, 300)
    assert caught.value.exit_code == 4
    assert all("make setup" in caught.value.message(lang) for lang in ("zh", "en"))


def test_an_altered_chart_library_is_refused(bare):
    (bare / "static" / "echarts.min.js").write_text("globalThis.echarts = {}", encoding="utf-8")
    assert "checksum" in svg.missing().en


def test_without_the_engine_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(svg, "ENGINE", "no_such_engine")
    assert "quickjs-ng" in svg.missing().en
    assert "quickjs-ng" in svg.missing().zh
