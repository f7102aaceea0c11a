"""The request letter: everything from the schema, nothing invented, ready to be filled in."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from ronghe.base.errors import EnvironmentFault, ParameterFault, UnknownArea, UnknownTerm
from ronghe.data import Dataset, Holding, identify, load, missing_tables, request, schema
from ronghe.data.embedded import NEEDED
from ronghe.data.figures import Figures
from ronghe.data.request import by_offices

NATIONWIDE = {"trade", "io_intermediate", "migration", "employment"}


def test_the_letter_says_what_for_where_and_in_which_unit(data: Dataset) -> None:
    letter = request("trade", area="长三角", data=data)
    zh, en = letter.text.zh, letter.text.en
    assert zh.startswith("关于商请提供区域间贸易的函\n国家税务总局")
    for part in ("长三角", "上海、江苏、浙江、安徽", "亿元", "融合深度", "堵点排序", "2023", "trade_template.xlsx"):
        assert part in zh, part
    for part in ("Yangtze River Delta", "Shanghai, Jiangsu, Zhejiang, Anhui", "the depth of integration", "2023"):
        assert part in en, part
    assert "（　　　　　　）" in zh
    assert "{" not in zh + en
    assert {office.status for office in letter.offices} == {"recalled"}


def test_there_is_a_letter_for_every_table_that_unlocks_a_closed_key(data: Dataset, tmp_path: Path) -> None:
    area = data.area("jjj")
    tables = {t for key, value in data.identifies.items() if not value for t in data.identification(key).unlocks}
    for table in sorted(tables):
        folder = request(table, area=area, data=data).write(tmp_path)
        names = {path.name for path in folder.iterdir()}
        wanted = {"letter.zh.txt", "letter.en.txt", "letter.zh.html", "letter.en.html", "request.json"}
        assert wanted < names, table
        record = json.loads((folder / "request.json").read_text(encoding="utf-8"))
        whole = table in NATIONWIDE
        assert record["regions"] == (list(data.codes) if whole else ["110000", "120000", "130000"])
        assert record["scope"] == ("nation" if whole else "area")
        assert record["template"] in names


def test_the_template_is_made_from_the_schema(data: Dataset, tmp_path: Path) -> None:
    folder = request("migration", area="长三角", data=data).write(tmp_path)
    sheet = openpyxl.load_workbook(folder / "migration_template.xlsx").worksheets[0]
    fields = schema("migration").fields
    assert [cell.value for cell in sheet[1]] == [field.title.zh for field in fields]
    assert [cell.value for cell in sheet[2]] == [field.title.en for field in fields]
    assert "人" in sheet.cell(3, 5).value
    assert sheet.cell(4, 5).value == float(schema("migration").field("persons").example)
    assert sheet.cell(4, 5).font.color.rgb == "00888888"
    body = list(sheet.iter_rows(min_row=5, max_col=3, values_only=True))
    names = {region.short_zh for region in data.regions}
    assert set(body) == {(2023, origin, to) for origin in names for to in names}
    # Two regions, group, definition, status and source: a drop-down for each.
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 6
    persons = next(rule for rule in sheet.data_validations.dataValidation if "E4" in str(rule.sqref))
    assert (persons.type, persons.formula1) == ("decimal", "0.0")


@pytest.mark.parametrize("area", ["长三角", "京津冀", "成渝"])
def test_trade_is_asked_for_the_whole_country_with_home_flows_and_abroad(
    data: Dataset, tmp_path: Path, area: str
) -> None:
    """Depth needs the walls between members and outsiders, and home flows; the area alone would not unlock it."""
    letter = request("trade", area=area, data=data)
    assert letter.scope == "nation"
    assert [region.code for region in letter.regions] == list(data.codes)
    for part in ("全国31个", "本地自用", "国外作为一个对方", "成员与区外之间的壁垒"):
        assert part in letter.text.zh, part
    for part in ("all 31 regions of the country", "use at home", "abroad as one partner", "members and outsiders"):
        assert part in letter.text.en, part
    folder = letter.write(tmp_path)
    sheet = openpyxl.load_workbook(folder / "trade_template.xlsx", read_only=True).worksheets[0]
    body = list(sheet.iter_rows(min_row=5, max_col=4, values_only=True))
    partners = {region.short_zh for region in data.regions} | {"国外"}
    wanted = {(a, b) for a in partners for b in partners} - {("国外", "国外")}
    assert {(origin, to) for _, origin, to, _ in body} == wanted
    assert len(body) == 9 * len(wanted), "a row a sector"


def test_what_the_letter_asks_for_opens_what_it_promises(data: Dataset) -> None:
    """A register of exactly the regions asked for opens every key under use that trade alone opens."""
    letter = request("trade", area="长三角", data=data)
    codes = [region.code for region in letter.regions]
    pairs = frozenset((n, i) for n in codes for i in codes)
    held = Holding("trade", "observed", frozenset({2023}), "register", frozenset(codes), pairs)
    members = data.area("长三角").regions
    found = identify([*data.holdings, held], regions=data.codes, year=2023, members=members)
    alone = {key for key in letter.unlocks if set(data.identification(key).unlocks) <= {"trade", "io_intermediate"}}
    assert {"depth", "blocked_points", "pair_walls"} <= alone
    assert all(found[key].value for key in alone)
    inner = frozenset((n, i) for n in members for i in members)
    less = Holding("trade", "observed", frozenset({2023}), "register", frozenset(members), inner)
    assert not identify([less], regions=data.codes, year=2023, members=members)["depth"].value


def test_a_pair_table_for_the_area_alone_names_the_outer_partner(data: Dataset) -> None:
    letter = request("knowledge_flows", area="长三角", data=data)
    assert letter.scope == "area"
    assert "与其他地区之间" in letter.text.zh
    assert "with other regions" in letter.text.en


def test_members_without_facts_are_asked_for_beside_the_country(data: Dataset) -> None:
    letter = request("trade", area="大湾区", data=data)
    assert [region.code for region in letter.regions] == [*data.codes, "810000", "820000"]
    assert "全国31个地区" in letter.text.zh
    assert "香港、澳门" in letter.text.zh


def test_a_table_that_is_complete_is_refused(data: Dataset) -> None:
    for table in ("adjacency", "panel", "regions", "facts", "national_io"):
        with pytest.raises(ParameterFault) as fault:
            request(table, area="长三角", data=data)
        assert "没有缺失" in fault.value.text.zh
        assert "Nothing is missing" in fault.value.text.en


def test_members_without_facts_can_be_asked_for(data: Dataset) -> None:
    letter = request("facts", area="大湾区", data=data)
    assert [region.code for region in letter.regions] == ["810000", "820000"]
    assert missing_tables(data, data.area("大湾区"))[0] == "facts"
    for part in ("地区生产总值", "现有区内贸易的得益"):
        assert part in letter.text.zh
    assert "Gross regional product" in letter.text.en
    assert "facts" not in missing_tables(data, data.area("长三角"))


def test_what_unlocks_most_comes_first(data: Dataset) -> None:
    tables = missing_tables(data, data.area("长三角"))
    assert tables[:2] == ("trade", "io")
    assert len(set(tables)) == len(tables)


def test_a_table_is_found_by_its_chinese_name(data: Dataset) -> None:
    assert request("区域间贸易", area="长三角", data=data).table == "trade"


def test_unknown_names_are_told_with_the_nearest(data: Dataset) -> None:
    with pytest.raises(UnknownTerm) as fault:
        request("trad", area="长三角", data=data)
    assert "trade" in fault.value.nearest
    with pytest.raises(UnknownArea):
        request("trade", area="长三脚", data=data)


def test_nothing_is_asked_about_an_invented_country(demo: Dataset) -> None:
    with pytest.raises(ParameterFault, match="演示数据是虚构的"):
        request("prices", area="示范甲", data=demo)


def test_a_folder_of_someone_else_is_left_alone(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "trade").mkdir()
    (tmp_path / "trade" / "mine.txt").write_text("mine")
    with pytest.raises(EnvironmentFault):
        request("trade", area="长三角", data=data).write(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["mine.txt"]


def test_the_facts_asked_for_are_those_the_baseline_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    data = load(year=2020)
    read: set[str] = set()
    fact = Figures.fact

    def spied(self: Figures, indicator: str, *words: object, **more: object) -> object:
        read.add(indicator)
        return fact(self, indicator, *words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Figures, "fact", spied)
    assert data.baseline.flows.any()
    read -= {"population_census"}  # of the people by home, not of the accounts
    assert read <= set(NEEDED)
    assert set(NEEDED) <= read | {"gdp"}


def test_a_template_that_was_filled_in_is_never_lost(tmp_path):
    letter, told = request("trade", area="长三角"), []
    place = letter.write(tmp_path)
    (place / letter.template).write_bytes(b"filled in")
    (place / "answer.pdf").write_bytes(b"theirs")
    letter.write(tmp_path, tell=told.append)
    assert (place / "trade_template.kept.xlsx").read_bytes() == b"filled in"
    assert (place / letter.template).read_bytes() != b"filled in"
    assert (place / "answer.pdf").read_bytes() == b"theirs"
    assert "trade_template.kept.xlsx" in told[0].en
    assert len(told) == 1


def test_no_letter_is_written_for_what_coverage_calls_there(data: Dataset) -> None:
    there = {row.table for row in data.coverage() if row.have}
    assert {"prices", "distances"} <= there
    assert not there & set(missing_tables(data, data.area("长三角")))


def test_the_letter_as_docx_has_the_same_wording_and_the_same_bytes(tmp_path):
    from docx import Document

    letter = request("trade", area="长三角")
    first, second = (letter.write(tmp_path / name) for name in ("a", "b"))
    for lang in ("zh", "en"):
        said = [paragraph.text for paragraph in Document(str(first / f"letter.{lang}.docx")).paragraphs]
        assert said == letter.text.of(lang).splitlines()
        assert (first / f"letter.{lang}.docx").read_bytes() == (second / f"letter.{lang}.docx").read_bytes()


def test_the_letter_lists_every_column_with_unit_and_key_in_words(data: Dataset) -> None:
    letter = request("fiscal_accounts", area="长三角", data=data)
    for field in schema("fiscal_accounts").fields:
        assert f"{field.title.zh} {field.title.en}" in letter.text.zh
        assert f"{field.title.en} {field.title.zh}" in letter.text.en
    assert "5. 数值 value：单位 亿元、必填" in letter.text.zh
    assert "5. value 数值: unit: 100 million yuan, required" in letter.text.en
    assert "Unit: 100 million yuan." in letter.text.en


def test_the_letter_says_how_the_table_is_had(data: Dataset) -> None:
    letter = request("trade", area="长三角", data=data)
    assert "取得方式：部门间共享、依申请提供。" in letter.text.zh
    assert "Form of access: from office to office, on application." in letter.text.en


def test_an_office_gets_one_letter_for_all_its_tables(data: Dataset, tmp_path: Path) -> None:
    letters = [request(name, area="长三角", data=data) for name in ("projects", "trade", "tasks", "milestones")]
    found = {one.office.zh: one for one in by_offices(letters)}
    together = found["发展改革委区域处、区域合作办公室"]
    assert [one.table for one in together.letters] == ["projects", "tasks", "milestones"]
    for part in ("1. 项目。口径：", "2. 年度重点事项台账。", "3. 项目节点。", "tasks_template.xlsx", "牵头单位 lead"):
        assert part in together.text.zh, part
    assert "1. Projects. Definition: " in together.text.en
    assert "{" not in together.text.zh + together.text.en
    assert "国家税务总局和省税务局" in found, "remarks in brackets are no part of an address"
    for letter in together.letters:
        letter.write(tmp_path)
    folder = together.write(tmp_path, 1)
    names = {path.name for path in folder.iterdir()}
    assert {"letter.zh.docx", "letter.en.txt", "projects_template.xlsx", "request.json"} <= names
