"""A report on a scenario file: it says what is supposed, what each lever gives, and who must do what."""

from __future__ import annotations

import re

import pytest
import tomli_w

from ronghe.base.text import Text
from ronghe.report import build_document, record, write_document
from ronghe.report.briefing import briefing
from ronghe.report.html import draw, report_html
from ronghe.simulate.study.faults import ScenarioFileFault
from ronghe.simulate.study.file import read_scenario

TITLE = {"zh": "货运与互认", "en": "Freight and recognition"}
ROAD = {
    "name": {"zh": "货运提速", "en": "Faster freight"}, "channel": "transaction", "layer": "hardware",
    "owner": {"zh": "交通部门", "en": "transport offices"}, "relation": "府际",
    "measure": {"zh": "货运天数", "en": "days of freight"}, "source": {"zh": "调查", "en": "survey"},
    "status": "assumed", "kind": "days", "before": 2.5, "after": 1.5, "cost_per_day": 0.01, "within": "长三角",
}  # fmt: skip
TESTS = {
    "name": {"zh": "检验互认", "en": "Tests accepted"}, "channel": "transaction", "layer": "software",
    "owner": {"zh": "监管部门", "en": "regulators"}, "relation": "政企",
    "measure": {"zh": "互认率", "en": "acceptance rate"}, "source": {"zh": "年报", "en": "yearly report"},
    "status": "assumed", "kind": "acceptance", "before": 0.5, "after": 0.9, "retest_share": 0.04,
    "pairs": [["上海", "江苏"], ["江苏", "上海"]],
}  # fmt: skip
DRAWS = {"draws": 20}


def study_of(folder, **tables):
    path = folder / "scenario.toml"
    content = {"scenario": {"title": TITLE, "area": "长三角"}, "solve": DRAWS} | tables
    path.write_text(tomli_w.dumps(content), encoding="utf-8")
    return read_scenario(path)


def document_of(study):
    return build_document(study.data, study.area, study=study)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    study = study_of(tmp_path_factory.mktemp("two"), lever=[ROAD, TESTS])
    return study, document_of(study)


def exhibit(document, id):
    return next(e for e in document.exhibits if e.id == id)


def test_the_first_screen_says_what_is_supposed(two):
    study, document = two
    told = document.sentence("H8").text
    assert "方案“货运与互认”（写明依据的举措2项" in told.zh
    assert 'Scenario "Freight and recognition" (levers with a stated measure: 2' in told.en
    assert "10%" not in told.zh
    assert "〔估算、设想〕" in told.zh
    assert study.draws == 20
    for id in ("gain-by-member", "gain-tiles"):
        assert "货运与互认" in exhibit(document, id).title.zh
        assert "10%" not in exhibit(document, id).title.en


def test_the_waterfall_adds_up_to_the_gain_of_the_headline(two):
    _, document = two
    table = exhibit(document, "levers").table
    assert [name.en for name in table.column("lever")] == ["Faster freight", "Tests accepted"]
    assert sum(table.column("gain")) == pytest.approx(document.cells["gain"].value, rel=1e-8)
    labels = str(exhibit(document, "levers").options["en"]["series"])
    assert len(re.findall(r"'formatter': '\+[\d.]+'", labels)) == 3


def test_who_must_do_what_names_levers_and_what_is_not_measured(two):
    _, document = two
    rows = exhibit(document, "lever-owners").table.rows
    first = dict(zip([c.key for c in exhibit(document, "lever-owners").table.columns], rows[0], strict=True))
    assert first["owner"] == Text("交通部门", "transport offices")
    assert first["relation"] == Text("府际", "between governments")
    assert (first["before"], first["after"]) == (2.5, 1.5)
    assert first["layer"].en == "Hardware"
    assert [row[-1] for row in rows[2:]] == [Text("未测", "no data")] * 4
    assert {row[1].en for row in rows[2:]} == {"protection cost", "competition cost", "research cost", "hukou wedge"}


def test_hardware_and_software_stand_in_both_orders(two):
    _, document = two
    hardware, software, together = exhibit(document, "lever-orders").table.rows
    gain = document.cells["gain"].value
    assert hardware[1] + software[2] == pytest.approx(gain, rel=1e-8)
    assert software[1] + hardware[2] == pytest.approx(gain, rel=1e-8)
    assert hardware[1] + software[1] + together[1] == pytest.approx(gain, rel=1e-8)
    pair = exhibit(document, "lever-pairs").table.rows[0]
    assert pair[2] == pytest.approx(together[1], rel=1e-6)


def test_on_an_estimate_levers_have_no_game_and_the_place_says_why(two):
    _, document = two
    assert document.exit_code == 0
    place = exhibit(document, "coalitions")
    assert place.kind == "refused"
    assert "无法识别" in place.notes[0].zh


def test_ids_and_sheet_stand_on_the_page_in_both_languages(two):
    study, document = two
    assert document.stamp["key_scenario"].en == study.id
    assert document.stamp["key_run"].en == study.run_id
    sheet = dict(exhibit(document, "scenario").table.rows)
    assert sheet["parameters.theta"].en == "4.0"
    assert sheet["lever[2].pairs"].zh == "上海←江苏、江苏←上海"
    drawings = draw(document)
    for lang in ("zh", "en"):
        page = report_html(document, drawings, lang)
        assert study.id in page
        assert TITLE[lang] in page
    for one in document.exhibits:
        for text in (one.title, *one.notes, *(v for row in one.table.rows for v in row if isinstance(v, Text))):
            assert not re.search(r"[一-鿿]", text.en), text.en


def test_the_run_folder_holds_the_scenario(two, tmp_path):
    _, document = two
    write_document(document, tmp_path / "out", forms=("xlsx",))
    assert "lever[1].cost_per_day" in (tmp_path / "out" / "run" / "scenario.csv").read_text(encoding="utf-8")
    assert record(document)["stamp"]["key_run"]


def test_a_stated_cut_keeps_its_game_and_says_that_it_is_assumed(tmp_path):
    study = study_of(tmp_path, cut=[{"share": 0.05}], report={"exhibits": ["shares", "levers", "parameters"]},
                     parameters={"theta": 6})  # fmt: skip
    document = document_of(study)
    told = document.sentence("H8").text
    assert "设想的降幅1项，没有实测依据" in told.zh
    assert "An assumption" in told.en
    assert {e.id for e in document.exhibits} == {"shares", "levers", "parameters"}
    assert exhibit(document, "levers").kind == "refused"
    theta = exhibit(document, "parameters").table.rows[0]
    assert theta[1] == 6.0
    assert "scenario file" in theta[-1].en


def test_levers_beside_a_cut_share_the_gain_with_it(tmp_path):
    wall = {key: value for key, value in TESTS.items() if key != "retest_share"}
    wall |= {"kind": "ad_valorem", "before": 0.01, "after": 0.03, "channel": "protection"}
    study = study_of(tmp_path, lever=[wall], cut=[{"share": 0.05}])
    document = document_of(study)
    parts = exhibit(document, "levers").table
    assert [name.en for name in parts.column("lever")] == ["Tests accepted", "Stated cut"]
    assert parts.column("gain")[0] < 0 < parts.column("gain")[1]
    assert sum(parts.column("gain")) == pytest.approx(document.cells["gain"].value, rel=1e-8)
    bars = exhibit(document, "levers").options["zh"]["series"][1]
    assert "decal" in bars["data"][0]["itemStyle"]
    assert "decal" not in bars["data"][1]["itemStyle"]
    assert "decal" not in bars["itemStyle"]
    assert "H8_both" not in str(record(document))
    assert "没有实测依据的设想降幅1项" in document.sentence("H8").text.zh


def test_what_a_report_cannot_do_is_told_before_or_instead_of_writing(tmp_path):
    wrong = study_of(tmp_path, solve={"closure": "long"}, report={"exhibits": ["lever", "zzz", "outsiders"]})
    with pytest.raises(ScenarioFileFault) as told:
        document_of(wrong)
    assert told.value.exit_code == 3
    assert [fault.place for fault in told.value.faults] == ["solve.closure", "report.exhibits", "report.exhibits"]
    assert "people fixed" in told.value.text.en
    assert "levers" in told.value.faults[1].remedy.en
    assert "Known are: observed-population" in told.value.faults[2].remedy.en
    elsewhere = study_of(tmp_path, cut=[{"share": 0.05}], report={"exhibits": ["lever-owners"]})
    with pytest.raises(ScenarioFileFault, match="lever-owners"):
        document_of(elsewhere)


def test_what_a_scenario_notes_is_told_with_its_gain_and_in_the_briefing(tmp_path):
    cuts = [{"share": 0.05}, {"share": 0.1, "within": "沪,苏"}]
    document = document_of(study_of(tmp_path, cut=cuts))
    note = Text(
        "2个有序地区对被多项降幅覆盖：每对只计一次，取其中最深的降幅。",
        "2 ordered pairs are covered by several stated cuts: each counts once, at the deepest cut.",
    )
    for id in ("gain-by-member", "gain-bands", "gain-tiles", "gain-by-sector", "outsiders", "medium"):
        assert note in exhibit(document, id).notes, id
        assert len(set(exhibit(document, id).notes)) == len(exhibit(document, id).notes), id
    assert document.sentence("H8+notes").text == note
    for lang in ("zh", "en"):
        page = briefing(document, lang)
        assert note.of(lang) in " ".join(page.paragraphs)
        assert page.lines <= page.setting.lines


def test_a_scenario_without_notes_has_none(two):
    assert two[1].sentence("H8+notes") is None
