"""The request letter: everything from the schema, nothing invented, ready to be filled in."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from ronghe.base.errors import EnvironmentFault, ParameterFault, UnknownArea, UnknownTerm
from ronghe.data import Dataset, missing_tables, request, schema


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
        assert record["regions"] == ["110000", "120000", "130000"]
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
    members = {"上海", "江苏", "浙江", "安徽"}
    assert all(year == 2023 and members & {origin, to} for year, origin, to in body)
    assert (2023, "上海", "北京") in body
    assert (2023, "北京", "上海") in body
    # Two regions, one group, one definition: a drop-down for each.
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 5
    persons = next(rule for rule in sheet.data_validations.dataValidation if "E4" in str(rule.sqref))
    assert (persons.type, persons.formula1) == ("decimal", "0.0")


def test_a_table_that_is_complete_is_refused(data: Dataset) -> None:
    for table in ("adjacency", "panel", "regions", "facts", "national_io"):
        with pytest.raises(ParameterFault) as fault:
            request(table, area="长三角", data=data)
        assert "没有缺失" in fault.value.text.zh
        assert "Nothing is missing" in fault.value.text.en


def test_members_without_facts_can_be_asked_for(data: Dataset) -> None:
    letter = request("facts", area="大湾区", data=data)
    assert [region.code for region in letter.regions] == ["810000", "820000"]
    assert "facts" in missing_tables(data, data.area("大湾区"))
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
