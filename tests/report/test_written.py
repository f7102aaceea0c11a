"""The files of a report as they lie on disk."""

import html
import json
import re

import openpyxl
import pytest

from ronghe.base.errors import DataFault
from ronghe.report import check_published, check_run, write_document
from ronghe.report.briefing import briefing

PAGES = ["report.zh.html", "report.en.html", "briefing.zh.html", "briefing.en.html"]


def test_everything_promised_is_there(delta_folder):
    names = {path.name for path in delta_folder.iterdir()}
    assert {*PAGES, "results.xlsx", "figures", "run"} <= names
    assert len(list((delta_folder / "figures").glob("*.svg"))) >= 18


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_alone(delta_folder, name):
    page = (delta_folder / name).read_text(encoding="utf-8")
    assert len(page.encode()) < 3_000_000
    assert "<script" not in page
    assert "default-src 'none'" in html.unescape(page)
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"\sstyle=", re.sub(r'src="data:[^"]*"', "", page))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_carries_every_sentence_exhibit_and_letter(delta, delta_folder, lang):
    page = (delta_folder / f"report.{lang}.html").read_text(encoding="utf-8")
    for sentence in delta.sentences:
        assert f'id="{sentence.id}"' in page
    for exhibit in delta.exhibits:
        assert f'id="{exhibit.id}"' in page
    for letter in delta.letters:
        assert f'id="letter-{letter.table}"' in page
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))


def test_the_briefing_fits_its_page_and_says_only_what_the_report_says(delta, bay, invented):
    for document in (delta, bay, invented):
        for lang in ("zh", "en"):
            page = briefing(document, lang)
            assert page.lines <= page.setting.lines
            said = " ".join(s.text.of(lang) for s in document.sentences)
            numbers = set(re.findall(r"\d+\.\d+", " ".join(page.paragraphs)))
            assert numbers <= set(re.findall(r"\d+\.\d+", said))


def test_what_leaves_the_briefing_leaves_in_the_fixed_order(delta):
    moved = briefing(delta, "zh").moved
    assert moved == ("H3", "H7", "H12", "H11", "H6")[: len(moved)]


def test_the_workbook_holds_numbers_as_numbers(delta, delta_folder):
    book = openpyxl.load_workbook(delta_folder / "results.xlsx")
    assert len(book.sheetnames) == len(delta.exhibits) + 3
    sheet = next(book[name] for name in book.sheetnames if "gain-by-member" in name)
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    exact = next(e for e in delta.exhibits if e.id == "gain-by-member").table.column("headline")
    numbers = [v for v in values if isinstance(v, float)]
    assert all(any(v == pytest.approx(n, rel=1e-12) for n in numbers) for v in exact)
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            assert all(cell.data_type != "f" for cell in row), "no cell acts as a formula"


def test_every_sheet_of_the_estimate_is_labelled(delta, delta_folder):
    book = openpyxl.load_workbook(delta_folder / "results.xlsx", read_only=True)
    for exhibit in delta.exhibits:
        if exhibit.status == "estimated":
            sheet = next(book[name] for name in book.sheetnames if exhibit.id[:20] in name)
            top = " ".join(str(c) for row in sheet.iter_rows(max_row=4, values_only=True) for c in row if c)
            assert "估算" in top
            assert "estimated" in top


def test_the_run_folder_is_sound_and_holds_every_number(delta, delta_folder):
    files = check_run(delta_folder / "run")
    record = json.loads((delta_folder / "run" / "run.json").read_text(encoding="utf-8"))
    assert record["headline"]["gain"]["value"] == delta.cells["gain"].value
    assert record["headline"]["gain"]["spread"]["kind"] == "band"
    assert "coalition_worth.csv" in files
    assert len((delta_folder / "run" / "coalition_worth.csv").read_text(encoding="utf-8").splitlines()) == 17


def test_the_same_run_writes_the_same_bytes(delta, delta_folder, tmp_path):
    write_document(delta, tmp_path / "again")
    for path in sorted(p for p in delta_folder.rglob("*") if p.is_file()):
        other = tmp_path / "again" / path.relative_to(delta_folder)
        assert path.read_bytes() == other.read_bytes(), path.name


def test_forms_can_be_chosen(bay, tmp_path):
    write_document(bay, tmp_path / "x", forms=("briefing",))
    assert sorted(p.name for p in (tmp_path / "x").iterdir()) == [
        "briefing.en.html",
        "briefing.zh.html",
        "numbers.json",
        "run",
    ]


def test_files_of_others_stay_and_other_forms_of_the_same_results_stay(bay, tmp_path):
    folder, told = tmp_path / "keep", []
    write_document(bay, folder, forms=("html",))
    (folder / "annex").mkdir()
    (folder / "annex" / "my.docx").write_bytes(b"mine")
    (folder / "note.md").write_text("mine")
    write_document(bay, folder, forms=("briefing", "xlsx"), tell=told.append)
    assert told == []
    assert (folder / "annex" / "my.docx").read_bytes() == b"mine"
    assert (folder / "note.md").read_text() == "mine"
    assert {"report.zh.html", "briefing.zh.html", "results.xlsx"} <= set(check_published(folder))


def test_forms_of_an_earlier_run_with_other_results_are_removed_and_said(bay, delta, tmp_path):
    folder, told = tmp_path / "x", []
    write_document(delta, folder, forms=("html",))
    (folder / "report.en.html").write_text("edited by hand")
    write_document(bay, folder, forms=("briefing",), tell=told.append)
    assert not (folder / "report.zh.html").exists()
    assert (folder / "report.en.html").read_text() == "edited by hand"
    assert "report.zh.html" in told[0].zh
    assert "report.zh.html" in told[0].en
    assert "report.en.html" not in check_published(folder)


def test_the_run_folder_says_what_the_data_can_tell(delta, delta_folder):
    told = json.loads((delta_folder / "run" / "identifies.json").read_text(encoding="utf-8"))
    assert told["data"] == delta.stamp["key_data"].zh
    assert told["dataset"]["depth"]["value"] is False
    assert told["area"]["depth"]["unlocks"] == ["trade", "io_intermediate"]
    assert told["area"]["stated_cut_gain"] | {"reason": 0} == {
        "value": True, "reason": 0, "rests_on": ["trade"], "unlocks": [], "band": True,
    }  # fmt: skip
    assert set(told["area"]["depth"]["reason"]) == {"zh", "en"}
    assert "identifies.json" in check_run(delta_folder / "run")


def test_every_published_file_has_its_hash_in_the_run_folder(delta_folder):
    listed = json.loads((delta_folder / "run" / "published.json").read_text(encoding="utf-8"))
    there = {p.relative_to(delta_folder).as_posix() for p in delta_folder.rglob("*") if p.is_file()}
    assert set(listed) == {name for name in there if not name.startswith("run/")}
    assert check_published(delta_folder) == listed


def test_an_edited_page_is_told_by_name(bay, tmp_path):
    write_document(bay, tmp_path / "x")
    page = tmp_path / "x" / "report.zh.html"
    page.write_text(page.read_text(encoding="utf-8").replace("广东", "广西"), encoding="utf-8")
    with pytest.raises(DataFault) as caught:
        check_published(tmp_path / "x")
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("E101", "report.zh.html")


def test_a_figure_of_the_demonstration_carries_the_word_in_its_name_and_title(invented, tmp_path):
    write_document(invented, tmp_path / "x")
    figures = sorted((tmp_path / "x" / "figures").iterdir())
    assert len(figures) > 10
    for figure in figures:
        assert figure.name.startswith("demonstration-")
        word = "演示数据" if figure.name.endswith(".zh.svg") else "[Demonstration]"
        assert word in figure.read_text(encoding="utf-8")


def test_heads_say_which_columns_are_published_and_which_computed(delta, delta_folder):
    page = (delta_folder / "report.zh.html").read_text(encoding="utf-8")
    figure = page.split('id="observed-health"')[1].split("</figure>")[0]
    assert re.search(r"2018年医疗卫生支出 <span class=\"unit\">[^<]*实际统计</span>", figure)
    assert re.search(r"2018年人均 <span class=\"unit\">[^<]*计算</span>", figure)


def test_what_is_missing_is_named_by_its_title_even_where_no_letter_is_written(invented, tmp_path):
    write_document(invented, tmp_path / "x")
    page = (tmp_path / "x" / "report.zh.html").read_text(encoding="utf-8")
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    assert "公共服务（public_services）" in page
