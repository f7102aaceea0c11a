"""Multi-regional tables in every layout: the same content, whatever the file and the order."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import (
    CATEGORIES,
    COMPONENTS,
    REGIONS,
    SECTORS,
    Grid,
    Rows,
    grid,
    sheets_of,
    single,
    stated,
    told,
    workbook,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import codes

from ronghe.base.errors import ParameterFault
from ronghe.data.intake.checkup import CheckReport, check
from ronghe.data.intake.mapping import as_mapping
from ronghe.data.multiregional import MultiRegional
from shared import shared

UNIT = 1e-12
"""A unit is converted by a power of ten: one rounding a figure."""


def read(path: Path, maps: Any = None) -> MultiRegional:
    report = check(path, maps=told() if maps is None else maps)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert len(report.grids) == 1
    return report.grids[0]


def holds(table: MultiRegional, g: Grid) -> None:
    """Every figure stands at the place that its labels say."""
    r, s = len(g.regions), len(g.sectors)
    np.testing.assert_array_equal(table.intermediate.reshape(r * s, r * s), g.z)
    np.testing.assert_array_equal(table.final.reshape(r * s, r * 5), g.f)
    np.testing.assert_array_equal(table.value_added.reshape(4, r * s), g.va)
    for name, wanted in (("exports", g.exports), ("imports", g.imports), ("output", g.x)):
        np.testing.assert_array_equal(getattr(table, name).ravel(), wanted)


def as_csv(path: Path, rows: Rows) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["" if cell == "" else cell for cell in row] for row in rows])
    return path


def test_a_sheet_for_each_block(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", sheets_of(grid()))
    report = check(path, maps=told())
    holds(report.grids[0], grid())
    assert [(one.table, one.rows) for one in report.sheets] == [("io", 9)] * 6
    table = report.grids[0]
    assert (table.year, table.import_treatment, table.made_by) == (2017, "separate", "survey")
    assert table.regions == ("110000", "310000", "320000")
    assert set(table.hashes) == {"a.xlsx"}


def test_english_names_and_merged_regions(tmp_path: Path) -> None:
    names = dict(zip(("中间使用", "最终使用", "出口", "进口", "增加值", "总产出"),
                     ("Mid_use", "Final_use2", "export", "import", "add_value", "output"), strict=True))  # fmt: skip

    def merge(book: Any) -> None:
        for page in book.worksheets:
            page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=3)
        page = book["Mid_use"]
        for first in (3, 6, 9):
            page.merge_cells(start_row=3, start_column=first, end_row=3, end_column=first + 2)
            page.merge_cells(start_row=first + 2, start_column=1, end_row=first + 4, end_column=1)

    made = {names[name]: rows for name, rows in sheets_of(grid()).items()}
    table = read(workbook(tmp_path / "a.xlsx", made, merge))
    holds(table, grid())
    assert table.content_hash == read(workbook(tmp_path / "b.xlsx", sheets_of(grid()))).content_hash


@pytest.mark.parametrize("competitive", [False, True])
def test_one_sheet_with_both_treatments_of_imports(tmp_path: Path, competitive: bool) -> None:
    g = grid(competitive=competitive)
    table = read(workbook(tmp_path / "a.xlsx", {"表": single(g, competitive=competitive)}))
    holds(table, g)
    assert table.import_treatment == ("competitive" if competitive else "separate")
    assert np.abs(table.gaps[0]).max() == np.abs(table.gaps[1]).max() == 0.0


def test_several_sheets_and_one_sheet_are_the_same_table(tmp_path: Path) -> None:
    first = read(workbook(tmp_path / "a.xlsx", sheets_of(grid())))
    second = read(workbook(tmp_path / "b.xlsx", {"2017": single(grid())}))
    assert first.content_hash == second.content_hash


def test_regions_named_once_are_held(tmp_path: Path) -> None:
    rows = single(grid())
    for row in rows[4:13]:
        row[0] = row[0] if row[1] == SECTORS[0] else ""
    for column in range(2, 11):
        rows[2][column] = rows[2][column] if rows[3][column] == SECTORS[0] else ""
    holds(read(workbook(tmp_path / "a.xlsx", {"表": rows})), grid())


def test_a_published_residual_is_kept_and_never_spread(tmp_path: Path) -> None:
    g = grid()
    off = np.zeros(9)
    off[4] = 800.0
    rows = single(Grid(g.regions, g.sectors, g.z, g.f, g.exports - off, g.imports, g.va, g.x), residual=off)
    table = read(workbook(tmp_path / "a.xlsx", {"表": rows}))
    assert table.residual is not None
    np.testing.assert_array_equal(table.residual.ravel(), off)
    assert np.abs(table.gaps[0]).max() == 0.0


def test_text_workbook_and_parquet_hold_the_same_content(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    g = grid()
    rows = single(g, totals=False)
    book = read(workbook(tmp_path / "a.xlsx", {"表": rows}))
    text = read(as_csv(tmp_path / "a.csv", rows))
    names = ["地区", *("|".join(filter(None, pair)) for pair in zip(rows[2][2:], rows[3][2:], strict=True))]
    columns = [["|".join(filter(None, row[:2])) for row in rows[4:]]]
    columns += [[row[k] if k < len(row) else None for row in rows[4:]] for k in range(2, len(rows[4]))]
    parquet.write_table(pa.table(dict(zip(names, columns, strict=True))), tmp_path / "a.parquet")
    packed = read(tmp_path / "a.parquet", told(year=2017, unit="万元", separator="|"))
    assert book.content_hash == text.content_hash == packed.content_hash
    assert text.place("output", (1, 2)) == "a.csv!line 10, column AB"
    assert packed.place("output", (1, 2)) == "a.parquet!row 6, column AA"


def test_a_folder_with_a_text_file_for_each_block(tmp_path: Path) -> None:
    for name, rows in sheets_of(grid()).items():
        as_csv(tmp_path / f"{name}.csv", rows)
    table = read(tmp_path)
    holds(table, grid())
    assert len(table.hashes) == 6


BLOCKS = """
[[mrio]]
file = "{file}"
year = 2017
unit = "万元"
made_by = "survey"
import_treatment = "separate"
valuation = "producer"
regions = ["北京", "上海", "江苏"]
sectors = ["农业", "工业", "服务业"]
{more}
[mrio.blocks]
intermediate = "{z}"
final = "{f}"
exports = "{e}"
imports = "{m}"
value_added = "{v}"
output = "{x}"
"""


def test_arrays_without_labels_need_a_mapping(tmp_path: Path) -> None:
    from scipy.io import savemat

    g = grid()
    arrays = {"Z": g.z, "F": g.f, "E": g.exports, "M": g.imports[:, None], "V": g.va, "X": g.x, "word": "abc"}
    savemat(tmp_path / "a.mat", {name: value for name, value in arrays.items() if name != "word"})
    maps = stated(tmp_path, BLOCKS.format(file="a.mat", more="", z="Z", f="F", e="E", m="M", v="V", x="X"))
    table = read(tmp_path / "a.mat", maps)
    holds(table, g)
    assert table.place("final", (0, 1, 2, 3)) == "a.mat!F!N2"
    savemat(tmp_path / "a.mat", arrays)
    assert codes(check(tmp_path / "a.mat", maps=maps)) == ["E101"]


def test_what_is_no_array_of_numbers_is_not_read(tmp_path: Path) -> None:
    from scipy.io import savemat

    savemat(tmp_path / "a.mat", {"S": {"a": 1.0}})
    assert set(codes(check(tmp_path / "a.mat"))) == {"E101", "E105"}
    (tmp_path / "b.mat").write_bytes(b"\x80\x04\x95 a pickle")
    assert codes(check(tmp_path / "b.mat")) == ["E101"]


@pytest.mark.parametrize("compressed", [False, True])
def test_broken_arrays_are_told_and_raise_nothing(tmp_path: Path, compressed: bool) -> None:
    from scipy.io import savemat

    g = grid()
    savemat(tmp_path / "a.mat", {"Z": g.z, "F": g.f}, do_compression=compressed)
    whole = (tmp_path / "a.mat").read_bytes()
    rng = np.random.default_rng(3)
    for _ in range(60):
        broken = bytearray(whole[: rng.integers(130, len(whole))] if rng.random() < 0.5 else whole)
        for at in rng.integers(124, len(broken), 4):
            broken[at] = rng.integers(256)
        (tmp_path / "b.mat").write_bytes(broken)
        report = check(tmp_path / "b.mat")
        assert report.grids == ()
        assert not report.ok
        assert all(fault.text.zh and fault.text.en for fault in report.faults)


def test_arrays_that_unpack_to_too_much_are_refused(tmp_path: Path) -> None:
    from scipy.io import savemat

    savemat(tmp_path / "a.mat", {"Z": np.zeros((1900, 1900))}, do_compression=True)
    assert codes(check(tmp_path / "a.mat")) == ["E109"]
    savemat(tmp_path / "b.mat", {"Z": np.zeros((2100, 2000))})
    assert codes(check(tmp_path / "b.mat")) == ["E103"]


def test_ranges_of_one_sheet_with_own_codes(tmp_path: Path) -> None:
    g = grid(("North", "South"), SECTORS)
    rows: Rows = [[*g.z[k], *g.f[k], g.exports[k], g.x[k]] for k in range(6)]
    rows += [list(g.imports), *(list(line) for line in g.va)]
    text = BLOCKS.format(file="a.xlsx", more="", z="Z!A1:F6", f="Z!G1:P6", e="Z!Q1:Q6", m="Z!A7:F7", v="Z!A8:F11",
                         x="Z!R1:R6").replace('["北京", "上海", "江苏"]', '["North", "South"]')  # fmt: skip
    table = read(workbook(tmp_path / "a.xlsx", {"Z": rows}), stated(tmp_path, text))
    holds(table, g)
    assert table.regions == ("North", "South")


def test_own_codes_name_the_labels_of_a_sheet(tmp_path: Path) -> None:
    g = grid(("Nord", "Sud"), SECTORS)
    maps = told(region_codes={"Nord": "N1", "Sud": "S1"})
    table = read(workbook(tmp_path / "a.xlsx", {"表": single(g)}), maps)
    holds(table, g)
    assert table.regions == ("N1", "S1")


def test_columns_that_sell_are_stated(tmp_path: Path) -> None:
    g = grid()
    sheets = {"Z": [list(line) for line in g.z.T], "F": [list(line) for line in g.f.T], "E": [list(g.exports)],
              "M": [list(g.imports)], "V": [list(line) for line in g.va], "X": [list(g.x)]}  # fmt: skip
    names = {"z": "Z!A1:I9", "f": "F!A1:I15", "e": "E!A1:I1", "m": "M!A1:I1", "v": "V!A1:I4", "x": "X!A1:I1"}
    path = workbook(tmp_path / "a.xlsx", sheets)
    table = read(path, stated(tmp_path, BLOCKS.format(file="", more='orientation = "columns sell"', **names)))
    holds(table, g)
    assert table.place("intermediate", (0, 0, 1, 0)) == "a.xlsx!Z!A4"


def test_labels_of_a_range_in_the_order_of_sectors(tmp_path: Path) -> None:
    g = grid()
    order = [r * 3 + s for s in range(3) for r in range(3)]
    users = [r * 5 + c for c in range(5) for r in range(3)]
    sheets: dict[str, Rows] = {
        "Z": [[g.pairs[k][0], g.pairs[k][1], *g.z[k][order]] for k in order],
        "F": [list(g.f[k][users]) for k in order],
        "E": [[g.exports[k]] for k in order],
        "M": [list(g.imports[order])],
        "V": [list(line) for line in g.va[:, order]],
        "X": [[g.x[k]] for k in order],
    }
    names = {"z": "Z!C1:K9", "f": "F!A1:O9", "e": "E!A1:A9", "m": "M!A1:I1", "v": "V!A1:I4", "x": "X!A1:A9"}
    text = BLOCKS.format(file="", more='order = "sector"', **names)
    text = text.replace('["北京", "上海", "江苏"]', '"Z!A1:A9"').replace('["农业", "工业", "服务业"]', '"Z!B1:B9"')
    holds(read(workbook(tmp_path / "a.xlsx", sheets), stated(tmp_path, text)), g)


def test_every_fault_of_an_entry_is_told_at_once(tmp_path: Path) -> None:
    text = BLOCKS.format(file="", more="colour = 1", z="Z!B2:A1", f="F", e="E", m="M", v="V", x="X")
    text = (
        text.replace('"survey"', '"rumour"')
        .replace('"万元"', '"人"')
        .replace("2017", '"x"')
        .replace("output", "outptu")
    )
    with pytest.raises(ParameterFault) as raised:
        stated(tmp_path, text)
    for lang in ("zh", "en"):
        said = raised.value.message(lang)  # type: ignore[arg-type]
        for word in ("colour", "Z!B2:A1", "rumour", "人", "year", "outptu", "output"):
            assert word in said, (word, said)


def test_a_draft_of_what_was_detected_reads_the_same(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"表": single(grid())})
    first = check(path, maps=told())
    again = check(path, maps=stated(tmp_path, as_mapping(first.taken)))
    # Who made the flows is for a person to say: a draft leaves it open, and the warning stays.
    assert first.taken[0].made_by == "survey"  # type: ignore[union-attr]
    assert "made_by" not in as_mapping(check(path).taken)
    assert again.grids[0].import_treatment == "separate"
    assert again.grids[0].year == 2017
    np.testing.assert_array_equal(again.grids[0].intermediate, first.grids[0].intermediate)


def long_rows(g: Grid) -> Rows:
    """The table as the schema lists it."""
    head = ["年份", "分块", "投入地区", "投入行业", "使用地区", "使用行业", "最终使用类别", "增加值构成",
            "数值（万元）", "进口处理", "地区间数据的来历"]  # fmt: skip
    keys = ("rural", "urban", "government", "capital", "inventories")
    parts = ("compensation", "taxes", "depreciation", "surplus")
    rows: Rows = []
    for i, pair in enumerate(g.pairs):
        rows += [["intermediate", *pair, *other, "", "", g.z[i, j]] for j, other in enumerate(g.pairs)]
        rows += [["final", *pair, r, "", key, "", g.f[i, 5 * k + c]]
                 for k, r in enumerate(g.regions) for c, key in enumerate(keys)]  # fmt: skip
        rows += [["value_added", *pair, "", "", "", key, g.va[c, i]] for c, key in enumerate(parts)]
        rows += [[name, *pair, "", "", "", "", line[i]]
                 for name, line in (("exports", g.exports), ("imports", g.imports), ("output", g.x))]  # fmt: skip
    return [head, *([2017, *row, "separate", "survey"] for row in rows)]


def test_the_long_form_holds_the_same_content(tmp_path: Path) -> None:
    g = grid()
    report = check(as_csv(tmp_path / "io.csv", long_rows(g)))
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    holds(report.grids[0], g)
    table = read(workbook(tmp_path / "a.xlsx", sheets_of(g)))
    assert report.grids[0].content_hash == table.content_hash
    assert report.grids[0].place("final", (0, 0, 0, 1)) == "io.csv!line 12, column value"


def test_a_cell_that_the_long_form_lacks_is_named(tmp_path: Path) -> None:
    rows = long_rows(grid())
    lacking = [row for row in rows if not (row[1] == "exports" and row[2:4] == ["上海", "工业"])]
    report = check(as_csv(tmp_path / "io.csv", lacking), allow_missing=True)
    assert codes(report) == ["E405"]
    assert report.grids == ()


def test_official_figures_add_up(tmp_path: Path) -> None:
    """The national table of 2017, 42 sectors, as one region: imports apart, as the bureau has them."""
    with shared("china_io_national/china_2017_42.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    sectors = [row["Code"] for row in rows if row["Origin"] == "Domestic"]
    titles = [row["DescriptionInChinese"] for row in rows if row["Origin"] == "Domestic"]
    home, abroad = ([row for row in rows if row["Origin"] == origin] for origin in ("Domestic", "Imports"))
    categories = ("最终消费支出", "固定资本形成总额", "存货增加")
    made: Rows = [["2017年全国投入产出表（万元，生产者价格）"], ["", "", *["全国"] * 45, "", ""],
                  ["", "", *titles, *categories, "出口", "总产出"]]  # fmt: skip
    numbers = [*sectors, "TC", "FU201", "FU202", "EX", "GO"]
    made += [["全国", title, *(float(row[k]) for k in numbers)] for title, row in zip(titles, home, strict=True)]
    made.append(["进口", "", *(sum(float(row[k]) for row in abroad) for k in (*sectors, "TC", "FU201", "FU202"))])
    for code, name in zip(("VA001", "VA002", "VA003", "VA004"), COMPONENTS, strict=True):
        made.append(["增加值", name, *(float(next(r for r in rows if r["Code"] == code)[k]) for k in sectors)])
    made.append(["总投入", "", *(float(next(r for r in rows if r["Code"] == "TI")[k]) for k in sectors)])
    table = read(workbook(tmp_path / "a.xlsx", {"表": made}), told(region_codes={"全国": "CN"}))
    assert table.intermediate.shape == (1, 42, 1, 42)
    assert (table.valuation, table.categories) == ("producer", ("capital", "inventories", "consumption"))
    # 823,216 in 100 million yuan: the folder's README.
    assert table.value_added.sum() / 1e4 == pytest.approx(823_216, abs=1)
    assert table.final_imports is not None


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(3)), st.permutations(range(3)), st.integers(0, 3), st.booleans())
def test_the_order_of_regions_and_sectors_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, regions: list[int], sectors: list[int], seed: int, competitive: bool
) -> None:
    folder = tmp_path_factory.mktemp("orders")
    g = grid(seed=seed, competitive=competitive)
    hashes = [
        read(as_csv(folder / f"{k}.csv", single(one, competitive=competitive))).content_hash
        for k, one in enumerate((g, g.permuted(regions, sectors)))
    ]
    assert hashes[0] == hashes[1]


def test_rows_in_another_order_than_columns_are_brought_together(tmp_path: Path) -> None:
    sheets = sheets_of(grid())
    sheets["中间使用"][4:] = sheets["中间使用"][:3:-1]
    sheets["总产出"][4:] = [sheets["总产出"][4:][k] for k in (3, 1, 2, 0, 8, 5, 7, 6, 4)]
    first = read(workbook(tmp_path / "a.xlsx", sheets))
    assert first.content_hash == read(workbook(tmp_path / "b.xlsx", sheets_of(grid()))).content_hash


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([("亿元", 1e-4), ("元", 1e4), ("百万元", 1e-2), ("million yuan", 1e-2)]), st.integers(0, 5))
def test_a_unit_rescaled_with_its_figures_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, unit: tuple[str, float], seed: int
) -> None:
    folder, g = tmp_path_factory.mktemp("units"), grid(seed=seed)
    first = read(as_csv(folder / "a.csv", single(g)))
    other = read(as_csv(folder / "b.csv", single(g, unit=f"单位：{unit[0]}", scale=unit[1])))
    for name in ("intermediate", "final", "exports", "imports", "value_added", "output"):
        np.testing.assert_allclose(getattr(other, name), getattr(first, name), rtol=UNIT)


def report_of(folder: Path, sheets: dict[str, Rows], **asked: Any) -> CheckReport:
    return check(workbook(folder / "a.xlsx", sheets), maps=told(**asked))


def test_other_tables_of_the_same_workbook_are_read_as_before(tmp_path: Path) -> None:
    other: Rows = [
        ["年份", "来源地", "现住地", "人群", "人数（人）", "口径"],
        [2020, "上海", "江苏", "全部", 5.0, "五年前常住地"],
    ]
    report = check(
        workbook(tmp_path / "a.xlsx", {"表": single(grid()), "迁移": other}), maps=told(), allow_missing=True
    )
    assert codes(report) == []
    assert [(one.table, one.rows) for one in report.sheets] == [("io", 9), ("migration", 1)]
    assert len(report.reads) == len(report.grids) == 1


def test_thirty_one_provinces_of_three_sectors(tmp_path: Path) -> None:
    from ronghe.base.region import provinces

    g = grid([one.short_zh for one in provinces()[:31]], SECTORS)
    table = read(as_csv(tmp_path / "a.csv", single(g)))
    assert table.intermediate.shape == (31, 3, 31, 3)
    holds(table, g)
    assert REGIONS[0] == "北京"
    assert len(CATEGORIES) == table.final.shape[3]


ENGLISH = {
    "农村居民消费": "FU101", "城镇居民消费": "FU102", "政府消费": "FU103",
    "固定资本形成总额": "FU201", "存货增加": "FU202", "劳动者报酬": "VA001 Compensation of employees",
    "生产税净额": "VA002", "固定资产折旧": "VA003", "营业盈余": "VA004",
    "北京": "Beijing", "上海": "Shanghai", "江苏": "Jiangsu", "农业": "Farming, forestry", "工业": "Industry",
    "服务业": "Services", "出口": "Export", "进口": "Import", "总产出": "Total output", "总投入": "Total inputs",
    "中间使用合计": "TIU", "最终使用合计": "TFU", "增加值合计": "TVA", "增加值": "Value added",
    "单位：万元": "Unit: 10,000 yuan",
}  # fmt: skip


def test_english_labels_and_codes_of_categories(tmp_path: Path) -> None:
    rows = [[ENGLISH.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in single(grid())]
    table = read(workbook(tmp_path / "a.xlsx", {"MRIO 2017": rows}))
    holds(table, grid())
    assert table.sector_titles["farming,forestry"] == "Farming, forestry"


def test_rows_of_groups_and_codes_and_notes_are_no_labels(tmp_path: Path) -> None:
    rows = single(grid())
    group = ["", "", "", *["中间使用"] * 10, *["最终使用"] * 16, "出口", "总产出"]
    coded = ["", "", "代码", *(f"{k % 3 + 1:02d}" for k in range(9)), "TIU", *("FU",) * 15, "TFU", "EX", "GO"]
    body = [[*row[:2], float(k % 3 + 1) if k < 9 else "", *row[2:]] for k, row in enumerate(rows[4:])]
    heads = [[*row[:2], "", *row[2:]] for row in rows[2:4]]
    made = [*rows[:2], group, *heads, coded, *body, [], ["资料来源：某处"], ["注：1"]]
    holds(read(workbook(tmp_path / "a.xlsx", {"2017": made})), grid())


def test_a_sheet_for_each_year_is_a_table_each(tmp_path: Path) -> None:
    sheets = {"2012": single(grid(seed=1), title=""), "2017": single(grid(), title="")}
    report = check(workbook(tmp_path / "a.xlsx", sheets), maps=told())
    assert codes(report) == []
    assert [one.year for one in report.grids] == [2012, 2017]


def test_cities_one_sector_and_one_region(tmp_path: Path) -> None:
    cities = read(workbook(tmp_path / "a.xlsx", sheets_of(grid(("南京市", "苏州市"), ("农业", "工业")))))
    assert cities.regions == ("320100", "320500")
    assert read(workbook(tmp_path / "b.xlsx", sheets_of(grid(("北京", "上海"), ("全部",))))).sectors == ("全部",)
    one = read(workbook(tmp_path / "c.xlsx", sheets_of(grid(("全国",)))), told(region_codes={"全国": "CN"}))
    assert one.regions == ("CN",)


def test_a_code_of_ones_own_stands_beside_the_register(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"表": single(grid(("新疆", "新疆生产建设兵团", "甘肃")))})
    assert "E301" in codes(check(path, maps=told()))
    assert read(path, told(region_codes={"新疆生产建设兵团": "XPCC"})).regions == ("650000", "XPCC", "620000")


def test_employment_is_counted_in_persons(tmp_path: Path) -> None:
    rows = single(grid())
    rows.append(["就业人员（万人）", "", *(float(k) for k in range(9))])
    table = read(workbook(tmp_path / "a.xlsx", {"表": rows}))
    assert table.employment is not None
    np.testing.assert_array_equal(table.employment.ravel(), 10_000.0 * np.arange(9))
    rows[-1][0] = "就业人员"
    assert "E206" in codes(report_of(tmp_path, {"表": rows}))
    holds(read(workbook(tmp_path / "b.xlsx", {"表": rows}), told(employment_unit="人")), grid())
