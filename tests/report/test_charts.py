"""Charts are pure functions of a table: every number drawn is one of its cells, every name is shown."""

import json
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.canonical import canonical_json
from ronghe.base.exhibit import Column, Table
from ronghe.base.region import provinces
from ronghe.base.text import Text
from ronghe.report import charts, palette
from ronghe.report.charts.bars import rounded_parts
from ronghe.report.charts.common import WHISKER
from ronghe.report.numbers import scale
from ronghe.report.svg import render_svg

LANGS = ("zh", "en")


def column(key, style="text", zh=None, en=None):
    return Column(key, Text(zh or key, en or key), Text("", ""), style)


def table(columns, rows):
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


NAMES = [region.name for region in provinces()[:31]]
LEVERS = table(
    [column("lever"), column("gain", "money")],
    [(Text("互认", "Recognition"), 13.1), (Text("断头路", "Roads"), 6.22), (Text("补贴", "Subsidy"), -4.14)],
)
DOTS = table(
    [column("region"), column("gain", "money"), column("low", "money"), column("high", "money"), column("spread")],
    [
        (NAMES[8], 23.0, 15.0, 31.0, "band"),
        (NAMES[9], 41.0, 30.0, 55.0, "interval"),
        (NAMES[10], -3.0, -9.0, 4.0, "band"),
        (NAMES[11], None, None, None, "none"),
    ],
)
YEARS = table(
    [column(key) if key in ("group", "classification") else column(key, "index")
     for key in ("group", "year", "value", "low", "high", "classification")],
    [
        (Text(name, name), year, base / (year - 2000), base / (year - 1999), base / (year - 2001), "AB"[year > 2015])
        for name, base in (("members", 0.1), ("outsiders", 0.2))
        for year in range(2005, 2023)
    ],
)  # fmt: skip
CURVE = table(
    [column("cut"), column("gain", "money"), column("low", "money"), column("high", "money")],
    [
        (Text("隔断", "walls"), -52.0, -79.0, -33.0),
        (Text("现状", "now"), 0.0, 0.0, 0.0),
        (Text("−10%", "−10%"), 9.0, 5.0, 14.0),
    ],
)
DRIVERS = table(
    [column("driver"), column("low", "money"), column("high", "money"), column("from"), column("to")],
    [(Text("甲", "a"), 74.0, 77.0, "3", "8"), (Text("乙", "b"), 132.0, 51.0, "0.8", "1.4")],
)
COLUMNS = table(
    [column("region"), *(column(key, "money") for key in ("household", "services", "payable"))],
    [(NAMES[at], 30.0 + at, 5.0, (-1.0) ** at * 20) for at in range(4)],
)
SHARES = table(
    [column("region"), *(column(key, "money") for key in ("shapley", "nucleolus", "least", "most"))],
    [(NAMES[at], 20.0 + at, 22.0, 10.0, 30.0) for at in range(4)],
)
PEOPLE = table(
    [column("region"), column("year", "year"), column("population", "people")],
    [(NAMES[at], year, 1e7 * (1 + at) * (year - 2000) / 10) for at in range(4) for year in (2010, 2020)],
)


def flows(count=31, *, change=False):
    sign = -1 if change else 1
    rows = [
        (NAMES[a], NAMES[b], 1e5 if a == b else sign ** (a + b) * (1.0 + a) * (2.0 + b))
        for a in range(count)
        for b in range(count)
    ]
    return table([column("buyer"), column("seller"), column("flow", "money")], rows)


LONG = table(
    [column("region"), column("gain", "money")],
    [
        (
            Text(
                "异地就医门诊费用跨省直接结算与医保目录统一", "Direct settlement of outpatient bills across provinces"
            ),
            31.0,
        ),
        (Text("合计以外的其他各项", "Everything else that was measured in the same year"), -123456.0),
    ],
)

ALL = {
    "long names": lambda lang: charts.ranking(LONG, lang),
    "waterfall": lambda lang: charts.waterfall(LEVERS, lang),
    "ranking": lambda lang: charts.ranking(LEVERS, lang, label="lever"),
    "coalitions": lambda lang: charts.coalition_bars(LEVERS, lang, label="lever", value="gain"),
    "grouped": lambda lang: charts.grouped_bars(COLUMNS, lang, values=("household", "services", "payable")),
    "tornado": lambda lang: charts.tornado(DRIVERS, lang, base=76.0, low_setting="from", high_setting="to"),
    "dots": lambda lang: charts.dot_plot(DOTS, lang),
    "shares": lambda lang: charts.shares_plot(SHARES, lang, values=("shapley", "nucleolus"), low="least", high="most"),
    "years": lambda lang: charts.year_dots(PEOPLE, lang),
    "interval": lambda lang: charts.line_interval(YEARS, lang),
    "band": lambda lang: charts.line_band(CURVE, lang, now={"zh": "现状", "en": "now"}[lang]),
    "flows": lambda lang: charts.flow_heatmap(flows(), lang, members=("上海", "江苏", "浙江", "安徽")),
    "change": lambda lang: charts.flow_heatmap(flows(12, change=True), lang, diverging=True),
}


def texts(drawn):
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawn)


def drawn(option):
    return render_svg(option, *charts.figure_size(option))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("chart", ALL)
def test_every_chart_is_plain_json_draws_and_stays_the_same(chart, lang):
    option = ALL[chart](lang)
    assert json.loads(canonical_json(option)) == json.loads(json.dumps(option))
    assert drawn(option) == drawn(ALL[chart](lang))
    assert "undefined" not in drawn(option)
    assert "NaN" not in drawn(option)


@pytest.mark.parametrize("chart", ALL)
def test_neutral_colours_have_a_dark_twin(chart):
    """Whatever is neither data nor a dark twin's partner would vanish on a dark page."""
    known = {*palette.DARK, *palette.SERIES, *palette.GAINS, *palette.LOSSES, *palette.FLOWS}
    known |= {palette.GAIN, palette.LOSS, palette.BAND, palette.ZERO}
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{3,8})"', drawn(ALL[chart]("en"))))
    # Black is only on shapes that are not painted: clip paths and the ground of a stroke.
    assert used - {"#000"} <= known


def test_waterfall_labels_carry_signs_and_add_up_as_printed():
    found = texts(drawn(charts.waterfall(LEVERS, "zh")))
    assert [text for text in found if text[0] in "+−" and text != "−"][-4:] == ["+13.10", "+6.22", "−4.14", "+15.18"]


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=12))
def test_printed_parts_always_add_up_to_the_printed_total(values):
    unit = scale([*values, sum(values)], "money", "zh")
    parts = rounded_parts(values, unit)
    # Exact fractions: at a half, floats would round the one way or the other.
    exact = sum(Fraction(value * unit.factor) for value in values) / Fraction(str(unit.step))
    assert sum(parts) == round(exact)
    assert all(
        abs(part - value * unit.factor / unit.step) < 1 + 1e-6 for part, value in zip(parts, values, strict=True)
    )


def test_what_the_parts_leave_open_has_its_own_bar():
    assert "余项" in texts(drawn(charts.waterfall(LEVERS, "zh", total=16.0)))
    assert "余项" not in texts(drawn(charts.waterfall(LEVERS, "zh", total=15.18)))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-100, 100).map(lambda value: round(value, 2)), min_size=1, max_size=6))
def test_a_waterfall_of_any_signs_can_be_drawn(values):
    rows = [(f"L{at}", value) for at, value in enumerate(values)]
    option = charts.waterfall(table([column("lever"), column("gain", "money")], rows), "en")
    assert texts(drawn(option)).count("Total") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_all_thirty_one_names_are_shown_on_both_sides(lang):
    found = texts(drawn(charts.flow_heatmap(flows(), lang)))
    across = [region.abbr_zh if lang == "zh" else region.name_en for region in provinces()[:31]]
    down = [region.name.of(lang) for region in provinces()[:31]]
    assert all(found.count(name) >= 1 for name in across)
    assert all(found.count(name) >= (2 if lang == "en" else 1) for name in down)


def test_members_stand_first_and_in_bold():
    option = charts.flow_heatmap(flows(), "en", members=("上海", "江苏", "浙江", "安徽"))
    first = option["yAxis"][0]["data"][:4]
    assert {entry["value"] for entry in first} == {"Shanghai", "Jiangsu", "Zhejiang", "Anhui"}
    assert all(entry["textStyle"]["fontWeight"] == "bold" for entry in first)
    assert all(isinstance(entry, str) for entry in option["yAxis"][0]["data"][4:])


def test_the_legend_of_flows_states_the_cap_and_counts_what_lies_beyond():
    option = charts.flow_heatmap(flows(), "en")
    last = option["visualMap"][0]["pieces"][-1]
    cells = [cell[2] for cell in option["series"][0]["data"]]
    beyond = sum(cell >= last["gte"] for cell in cells)
    assert last["label"].startswith("≥ ")
    assert f"({beyond} cells)" in last["label"]
    assert len(cells) == 31 * 30


def test_what_is_not_drawn_does_not_choose_the_unit():
    """A region's purchases from itself are a thousand times its trade; they stay out of scale and unit."""
    assert charts.flow_heatmap(flows(4), "en")["visualMap"][0]["text"][0] == "billion yuan"
    assert charts.flow_heatmap(flows(4), "en", own=True)["visualMap"][0]["text"][0] == "trillion yuan"


def test_every_cell_of_a_change_has_one_colour_of_its_own_sign():
    option = charts.flow_heatmap(flows(12, change=True), "en", diverging=True)
    pieces = option["visualMap"][0]["pieces"]
    tests = {"gte": float.__ge__, "gt": float.__gt__, "lte": float.__le__, "lt": float.__lt__}
    for _, _, value in option["series"][0]["data"]:
        mine = [
            piece for piece in pieces
            if all(tests[key](float(value), float(piece[key])) for key in tests if key in piece)
        ]  # fmt: skip
        assert len(mine) == 1
        assert (mine[0]["color"] in palette.LOSSES) == (value < 0)
        assert ("−" in mine[0]["label"]) == (value < 0)


def test_an_interval_is_a_whisker_and_a_band_is_a_box():
    option = charts.dot_plot(DOTS, "zh")
    assert option["legend"]["data"] == [{"name": "情景带", "icon": "roundRect"}, {"name": "区间", "icon": WHISKER}]
    boxes = next(series for series in option["series"] if series.get("name") == "情景带")
    whiskers = next(series for series in option["series"] if series.get("name") == "区间")
    assert [entry["value"] is not None for entry in boxes["data"]] == [True, False, True, False]
    assert {row for _, row in whiskers["data"]} == {1}


def test_a_plot_without_intervals_does_not_mention_them():
    bands = table(DOTS.columns, [row for row in DOTS.rows if row[4] == "band"])
    assert "区间" not in texts(drawn(charts.dot_plot(bands, "zh")))


def test_a_missing_figure_is_a_dash_and_no_dot():
    option = charts.dot_plot(DOTS, "en")
    assert "—" in texts(drawn(option))
    assert 3 not in {dot["value"][1] for series in option["series"] if series.get("z") == 5 for dot in series["data"]}


def test_lines_are_broken_where_the_classification_changes():
    option = charts.line_interval(YEARS, "en")
    for series in option["series"][:2]:
        assert [point[1] for point in series["data"]].count("-") == 1
    assert "new classification" in texts(drawn(option))
    assert all(str(year) in texts(drawn(option)) for year in range(2005, 2023))


def test_a_band_known_at_one_step_only_is_a_box():
    one = table(CURVE.columns, [(name, gain, low if at == 2 else None, high if at == 2 else None)
                                for at, (name, gain, low, high) in enumerate(CURVE.rows)])  # fmt: skip
    boxes = [series for series in charts.line_band(one, "en")["series"] if series["type"] == "bar"]
    assert [part["value"] for part in boxes[1]["data"]] == [None, None, pytest.approx(0.9)]
    whole = [series for series in charts.line_band(CURVE, "en")["series"] if series["type"] == "bar"]
    assert all(part["value"] is None for part in whole[1]["data"])


def test_tornado_puts_the_widest_first():
    found = texts(drawn(charts.tornado(DRIVERS, "en", base=76.0)))
    assert found.index("b") < found.index("a")


def test_columns_that_must_not_be_added_are_never_stacked():
    option = charts.grouped_bars(COLUMNS, "zh", values=("household", "services", "payable"))
    assert not any("stack" in series for series in option["series"])


def test_a_loss_is_hatched_in_every_bar_chart():
    for option in (ALL["waterfall"]("zh"), ALL["ranking"]("zh"), ALL["grouped"]("zh")):
        bars = [
            bar
            for series in option["series"]
            if series["type"] == "bar"
            for bar in series["data"]
            if isinstance(bar, dict)
        ]
        assert any("decal" in bar.get("itemStyle", {}) for bar in bars)


def test_both_languages_draw_the_same_figure_from_the_same_cells():
    for chart in ("ranking", "dots", "years"):
        zh, en = (texts(drawn(ALL[chart](lang))) for lang in LANGS)
        assert len(zh) == len(en)


def test_braces_in_a_name_are_not_read_as_a_template():
    rows = [("{b}: {c}", 1.0)]
    assert "(b): (c)" in texts(drawn(charts.ranking(table([column("region"), column("gain", "money")], rows), "en")))
