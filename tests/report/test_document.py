"""The first screen and the exhibits of whole reports, on embedded and demonstration data."""

import re

import pytest

from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text
from ronghe.data import load
from ronghe.report import build_document
from ronghe.report.briefing import briefing
from ronghe.report.build import EXHIBITS
from ronghe.report.headline import Headline
from ronghe.report.html import printed_table
from ronghe.report.results import AreaResults

ORDER = ["H1", "H2", "H3", "H4", "H7", "H8", "H9", "H10", "H11", "H12", "H13", "H14"]


def sentence(document, id):
    found = document.sentence(id)
    assert found is not None
    return found.text


def test_the_first_screen_stands_in_its_order(delta):
    assert [s.id for s in delta.sentences if "+" not in s.id] == ORDER


def test_the_observed_figures_of_the_delta_are_the_published_ones(delta):
    first = sentence(delta, "H1")
    for part in ("2.16 亿人", "2.35 亿人", "增加9.09%", "31省合计增加5.78%", "浙江（增加18.6%）", "安徽（增加2.57%）"):
        assert part in first.zh
    assert "216 million" in first.en
    assert "31.62 万亿元" in sentence(delta, "H2").zh
    assert "24.6%" in sentence(delta, "H2").en
    assert "上海最高（4862 元），安徽最低（2477 元）" in sentence(delta, "H11").zh


def test_what_the_estimate_cannot_tell_is_nowhere(delta):
    assert "不发布融合深度" in sentence(delta, "H4").zh
    assert delta.sentence("H5") is None
    assert delta.sentence("H6") is None
    assert not {"depth", "depth_low", "depth_prohibitive", "depth_prohibitive_low", "bp_1"} & set(delta.cells)
    refused = {e.id: e for e in delta.exhibits if e.kind == "refused"}
    assert {"depth", "blocked-points", "drain", "supply-chain", "levers"} <= set(refused)
    assert not refused["depth"].table.rows
    assert not refused["blocked-points"].table.rows
    assert "trade" in refused["depth"].needs


def test_everything_that_rests_on_the_estimate_says_so(delta):
    resting = [
        e for s in delta.sections if s.id in ("gain", "trade", "sharing") for e in s.exhibits if e.id != "levers"
    ]
    assert resting
    assert {e.status for e in resting} == {"estimated"}
    for id in ("H7", "H8", "H9", "H10", "H12"):
        assert "估算" in sentence(delta, id).zh.rsplit("〔", 1)[1]
        assert "estimated" in sentence(delta, id).en.rsplit("[", 1)[1]
    assert delta.status == "estimated"


def test_the_word_for_a_spread_follows_its_kind(delta):
    for s in delta.sentences:
        kinds = {delta.cells[c].spread.kind for c in s.cells if c in delta.cells and delta.cells[c].spread}
        assert ("情景带 " in s.text.zh) <= ("band" in kinds)
        assert ("（区间" in s.text.zh) <= ("interval" in kinds)
        assert ("(interval" in s.text.en) <= ("interval" in kinds)
    assert delta.cells["gain"].spread.kind == "band"
    assert delta.cells["seg_1"].spread.kind == "interval"


def test_the_scenario_band_holds_the_figure(delta):
    for key in ("gain", "realised", "gain_household", "gain_services", "gain_payable"):
        cell = delta.cells[key]
        assert cell.spread.low <= cell.value <= cell.spread.high


def test_counts_in_sentences_are_those_of_the_table_beside(delta):
    table = next(e for e in delta.exhibits if e.id == "outsiders").table
    inside_country = [row for row in table.rows if row[0].en != "Rest of the world"]
    gains = [row[1] for row in inside_country]
    assert len(gains) == 27
    assert sum(g < 0 for g in gains) == delta.cells["n_outside_down"].value
    assert sum(gains) == pytest.approx(delta.cells["outside"].value)


def test_the_columns_that_may_be_added_are_added_and_the_third_is_not(delta):
    cells = {key: delta.cells[key].value for key in ("gain", "gain_household", "gain_services", "gain_payable")}
    assert cells["gain"] == pytest.approx(cells["gain_household"] + cells["gain_services"])
    members = next(e for e in delta.exhibits if e.id == "gain-by-member").table
    assert sum(members.column("payable")) == pytest.approx(cells["gain_payable"])


def test_all_readings_of_sharing_pay_out_the_whole(delta):
    shares = next(e for e in delta.exhibits if e.id == "shares").table
    coalitions = next(e for e in delta.exhibits if e.id == "coalitions").table
    whole = max(coalitions.column("worth"))
    after = next(e for e in delta.exhibits if e.id == "compensation").table.column("after")
    assert sum(after) == pytest.approx(whole, rel=1e-9)
    for reading in ("before", "shapley", "nucleolus"):
        assert sum(shares.column(reading)) == pytest.approx(whole, rel=1e-9)


def test_the_waterfall_adds_up_to_the_gain(delta):
    parts = next(e for e in delta.exhibits if e.id == "gain-by-sector").table.column("value")
    assert sum(parts) == pytest.approx(delta.cells["gain"].value, rel=1e-9)


def test_one_member_with_data_gets_no_gain_but_a_report(bay):
    assert bay.exit_code == 1
    told = sentence(bay, "H7")
    assert "粤港澳大湾区3个成员中只有广东有数据（以全省代替部分），香港、澳门未载入" in told.zh
    assert "only Guangdong has data" in told.en
    assert bay.sentence("H8") is None
    assert {"gain", "sharing"}.isdisjoint(s.id for s in bay.sections)
    assert bay.sentence("H1") is not None


def test_partial_members_are_named():
    data = load()
    results = AreaResults(data, data.area("成渝"), ("500000", "510000"), (), None, Text("未收敛", "no"), 1, 0)
    head = Headline(results, None)
    told = {s.id: s.text.zh for s in head.build()}
    assert "以全省代替部分" in told["H2+"]


def test_an_unconverged_run_gives_its_status_and_no_numbers():
    data = load()
    problem = Text("500步未收敛，残差 3e-4", "stopped at 500 steps, residual 3e-4")
    results = AreaResults(data, data.area("京津冀"), ("110000", "120000", "130000"), (), None, problem, 1, 0)
    told = {s.id: s.text for s in Headline(results, None).build()}
    assert problem.zh in told["H7"].zh
    assert problem.en in told["H7"].en
    assert not {"H8", "H9", "H10", "H12"} & set(told)


def test_the_demonstration_answers_and_says_what_it_is(invented):
    assert all(s.text.zh.startswith("〔演示数据〕") for s in invented.sentences)
    assert 0 < invented.cells["depth_low"].value < invented.cells["depth_high"].value < 1
    assert "融合深度的情景带" in sentence(invented, "H5").zh
    assert "depth" not in invented.cells
    assert len(next(e for e in invented.exhibits if e.id == "blocked-points").table.rows) == 20
    assert {e.status for e in invented.exhibits if e.id in ("gain-by-member", "depth")} == {"demonstration"}
    assert invented.letters == ()


@pytest.mark.parametrize("which", ["delta", "bay", "invented"])
def test_both_languages_state_the_same_figures(which, request):
    document = request.getfixturevalue(which)
    for s in document.sentences:
        zh = [(p.cell) for p in s.printed if p.lang == "zh"]
        en = [(p.cell) for p in s.printed if p.lang == "en"]
        assert sorted(zh) == sorted(en)
        for p in s.printed:
            assert p.text in s.text.of(p.lang)
    for exhibit in document.exhibits:
        assert set(exhibit.options) in (set(), {"zh", "en"})
        assert exhibit.title.zh
        assert exhibit.title.en


@pytest.mark.parametrize("which", ["delta", "bay", "invented"])
def test_english_pages_hold_no_chinese_and_no_unfilled_place(which, request):
    document = request.getfixturevalue(which)
    texts = [s.text for s in document.sentences] + [e.title for e in document.exhibits]
    texts += [note for e in document.exhibits for note in e.notes]
    texts += [v for e in document.exhibits for row in e.table.rows for v in row if isinstance(v, Text)]
    for text in texts:
        assert not re.search(r"[一-鿿]", text.en), text.en
        assert not re.search(r"\{\w+[±~]?\}", text.en + text.zh)


def test_a_letter_is_ready_for_every_refused_exhibit(delta):
    ready = {letter.table for letter in delta.letters}
    for exhibit in delta.exhibits:
        assert set(exhibit.needs) <= ready, exhibit.id


def test_an_area_without_outsiders_has_one_reading_of_depth():
    data = load("demo")
    document = build_document(data, data.area("全国"), draws=20)
    assert document.exit_code == 0
    assert "没有区外地区" in sentence(document, "H5").zh
    assert len(next(e for e in document.exhibits if e.id == "depth").table.rows) == 1


@pytest.fixture(scope="module")
def alone():
    data = load()
    return build_document(data, data.area("沪"), draws=20)


def test_what_is_missing_first_is_the_facts_of_the_other_members(bay):
    told = sentence(bay, "H13")
    assert told.zh.startswith(
        "首先缺少香港、澳门的地区数据，或广州、深圳、珠海、佛山、惠州、东莞、中山、江门、肇庆的地级数据"
    )
    assert told.en.startswith("First missing: facts of Hong Kong and Macao, or prefecture-level facts of Guangzhou")
    assert bay.letters[0].table == "facts"
    assert "地区：香港、澳门" in bay.letters[0].body.zh
    for lang in ("zh", "en"):
        (last,) = [p for p in briefing(bay, lang).paragraphs if p.startswith(("五、", "5. "))]
        assert {"zh": "先行取得香港、澳门的地区数据", "en": "First obtain facts of Hong Kong and Macao"}[lang] in last
    ready = {letter.table for letter in bay.letters}
    for exhibit in bay.exhibits:
        assert set(exhibit.needs) <= ready, exhibit.id
    refused = {e.id: e for e in bay.exhibits if e.kind == "refused"}
    for id in ("depth", "blocked-points"):
        assert refused[id].needs[0] == "facts"
        assert "只有1个成员有数据" in refused[id].notes[0].zh


def test_figures_of_a_whole_province_never_stand_under_the_name_of_the_area(bay):
    observed = next(section for section in bay.sections if section.id == "observed")
    assert len(observed.exhibits) == 6
    for exhibit in bay.exhibits:
        assert "湾区" not in exhibit.title.zh, exhibit.id
        assert "Bay" not in exhibit.title.en, exhibit.id
    for exhibit in observed.exhibits:
        assert "广东（以全省代替部分）" in exhibit.title.zh
        assert "Guangdong (whole province stands for part)" in exhibit.title.en
    for id in ("H1", "H2", "H11"):
        assert "湾区" not in sentence(bay, id).zh


def test_nothing_that_was_not_used_is_listed_as_used(bay):
    assert {"validation", "inputs", "parameters", "certificate"}.isdisjoint(e.id for e in bay.exhibits)


def test_every_number_of_the_estimate_is_printed_with_its_status_and_source(delta):
    data = load()
    table = next(e for e in delta.exhibits if e.id == "estimate-parameters").table
    assert table.column("value") == [one.value for one in data.parameters.values()]
    assert len(table.rows) == 30
    for status, source in zip(table.column("status"), table.column("source"), strict=True):
        assert status.zh in ("设想", "计算")
        assert source.zh
        assert source.en


def test_what_needs_a_pair_is_answered_no_for_one_member(bay):
    table = next(e for e in bay.exhibits if e.id == "identifies").table
    answers = dict(zip([name.en for name in table.column("key")], table.column("answer"), strict=True))
    assert {answers[name].zh for name in answers if name in ("Realised gain", "Gain of a stated cut")} == {"不能"}


def test_one_region_has_no_inside_and_gets_its_facts(alone):
    assert alone.exit_code == 1
    told = sentence(alone, "H7")
    assert told.zh.startswith("上海只有一个地区，没有区内可言")
    assert told.en.startswith("Shanghai is a single region and has no inside")
    assert "上海常住人口" in sentence(alone, "H1").zh
    assert alone.sentence("H4") is None
    everything = " ".join(s.text.zh + s.text.en for s in alone.sentences)
    for empty in ("未载入", "are not loaded", "，，", " ;", "融合深度"):
        assert empty not in everything
    assert {"depth", "blocked-points"}.isdisjoint(e.id for e in alone.exhibits)
    for lang in ("zh", "en"):
        page = briefing(alone, lang)
        assert page.lines <= page.setting.lines


def test_an_area_with_a_member_without_data_says_what_its_figures_cover():
    data = load()
    document = Headline(
        AreaResults(data, data.area("粤,闽,港"), ("440000", "350000"), ("810000",), None, Text("无", "no"), 1, 0), None
    )
    told = {s.id: s.text for s in document.build()}
    assert "香港没有数据，各数只含有数据的2个成员" in told["H2+absent"].zh
    assert "Hong Kong has no data" in told["H2+absent"].en


def test_an_area_without_any_data_is_refused_in_words():
    data = load()
    for name in ("港", "香港,澳门"):
        with pytest.raises(NotIdentified) as refusal:
            build_document(data, data.area(name), draws=20)
        assert refusal.value.unlocks == ("facts",)
        assert "没有载入数据" in refusal.value.text.zh
        assert refusal.value.exit_code == 1


def exhibit(document, id):
    return next(e for e in document.exhibits if e.id == id)


def test_the_realised_gain_stands_in_three_columns_with_their_bands_and_a_sum(delta):
    shown = exhibit(delta, "realised-gain")
    table = shown.table
    total = dict(zip([column.key for column in table.columns], table.rows[-1], strict=True))
    assert len(table.rows) == 5
    for key in ("household", "services", "payable"):
        for low, value, high in zip(*(table.column(f"{key}{end}") for end in ("_low", "", "_high")), strict=True):
            assert low <= value <= high
        assert sum(table.column(key)[:-1]) == pytest.approx(total[key])
    assert total["household"] + total["services"] == pytest.approx(delta.cells["realised"].value)
    assert total["of_gdp"] == pytest.approx(delta.cells["realised_gdp"].value)
    notes = " ".join(note.en for note in shown.notes)
    assert "200" not in notes
    assert "20 draws" in notes
    assert "solves" in notes


def test_walls_on_the_curve_carry_the_band_of_the_realised_gain(delta):
    table = exhibit(delta, "gain-curve").table
    row = dict(zip([column.key for column in table.columns], table.rows[0], strict=True))
    band = delta.cells["realised"].spread
    assert (row["step"].en, row["gain"]) == ("walls", pytest.approx(-delta.cells["realised"].value, rel=1e-6))
    assert (row["low"], row["high"]) == (-band.high, -band.low)


def test_every_title_of_the_demonstration_says_what_it_is(invented):
    for e in invented.exhibits:
        assert e.title.zh.startswith("〔演示数据〕"), e.id
        assert e.title.en.startswith("[Demonstration] "), e.id
        assert e.status == "demonstration", e.id
        assert {column.status for column in e.table.columns} == {None}, e.id
        assert not e.row_statuses
    assert invented.title.zh.startswith("〔演示数据〕")
    assert briefing(invented, "en").title.startswith("[Demonstration] ")
    assert {cell.status for cell in invented.cells.values()} == {"demonstration"}


def test_the_demonstration_asks_for_no_table_that_it_holds(invented):
    told = sentence(invented, "H13")
    assert "人口迁移" not in told.zh
    assert "公共服务" in told.zh
    assert "igration" not in told.en


def test_a_change_of_people_is_a_signed_percentage(delta):
    table = exhibit(delta, "medium").table
    (column,) = [column for column in table.columns if column.key == "people"]
    assert column.style == "change"
    shown = [row[-1] for row in printed_table(table, "zh").rows]
    assert all(re.fullmatch(r"[+−]\d\.\d{2,}", text) for text in shown), shown
    assert all(abs(value) < 0.1 for value in table.column("people"))


def test_the_unit_of_the_price_spread_stands_with_the_figure(delta):
    assert "（方差×10⁴，下同）" in sentence(delta, "H3").zh
    assert "(variance × 10⁴" in sentence(delta, "H3").en
    units = {c.key: c.unit.en for c in exhibit(delta, "price-dispersion").table.columns}
    assert units["value"] == units["low"] == units["high"] == "variance × 10⁴"


def test_tolerances_are_written_in_powers_of_ten(delta):
    for lang in ("zh", "en"):
        cells = [cell for row in printed_table(exhibit(delta, "estimate-parameters").table, lang).rows for cell in row]
        assert "1e-12" in cells
        assert not any(cell.startswith("0.0000") for cell in cells)


def test_what_outsiders_lose_is_named_by_its_columns(delta):
    for text in (sentence(delta, "H9"), exhibit(delta, "outsiders").title):
        assert "居民消费当量与公共服务" in text.zh
        assert "household consumption and public services" in text.en


def test_on_estimated_trade_nothing_is_listed_by_value(delta):
    sizes = exhibit(delta, "coalitions").table.column("size")
    assert sizes == sorted(sizes, reverse=True)
    assert "no ranking of walls" in exhibit(delta, "coalitions").notes[0].en
    for id in ("shares", "game"):
        assert "central parameters" in exhibit(delta, id).notes[0].en
    assert "no observation of the pair" in exhibit(delta, "flows").notes[1].en
    outside = exhibit(delta, "outsiders").table
    for key in ("headline", "payable"):
        ends = zip(*(outside.column(name) for name in (f"{key}_low", key, f"{key}_high")), strict=True)
        assert all(low <= value <= high for low, value, high in ends)
    codes = [r.code for r in load().regions if r.code not in load().area("长三角").regions]
    assert [name.zh for name in outside.column("region")][:-1] == [load().region(code).name.zh for code in codes]


def test_what_is_lost_outside_stands_beside_no_compensation(delta):
    lost = [v for v in exhibit(delta, "outsiders").table.column("payable")[:-1] if v < 0]
    assert delta.cells["n_outside_payable_down"].value == len(lost)
    assert delta.cells["outside_payable_lost"].value == pytest.approx(-sum(lost))
    title = exhibit(delta, "compensation").title
    assert title.zh.startswith("成员中没有")
    assert title.en.startswith("No member loses")
    assert f"regions losing: {len(lost)}" in title.en


def test_titles_begin_with_a_capital_and_every_exhibit_has_a_known_id(delta, bay, invented):
    for document in (delta, bay, invented):
        assert all(not e.title.en[:1].islower() for e in document.exhibits)
        assert not document.title.en[:1].islower()
        assert {e.id for e in document.exhibits} <= set(EXHIBITS)


def test_one_quantity_has_one_unit_in_a_table(delta):
    for one in delta.exhibits:
        for lang in ("zh", "en"):
            keys = [c.key for c in one.table.columns]
            units = dict(zip(keys, (unit for _, unit, _ in printed_table(one.table, lang).heads), strict=True))
            for key in keys:
                if key.endswith("low") and key.replace("low", "high") in keys:
                    assert units[key] == units[key.replace("low", "high")], (one.id, lang)
