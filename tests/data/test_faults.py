"""A damaged table is told whole: file, line, column, what was read, what was expected, the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from breaking import rewrite

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.data import load
from ronghe.data.parameters import NEEDED

Rows = list[list[str]]


def faults(copy: Path) -> DataFault:
    with pytest.raises(DataFault) as raised:
        load(facts=copy)
    assert raised.value.exit_code == 3
    return raised.value


def codes(fault: DataFault) -> set[str]:
    return {one.code for one in fault.faults}


def test_an_untouched_copy_loads(copy: Path) -> None:
    assert load(facts=copy).content_hash == load().content_hash


def test_the_order_of_rows_changes_no_hash(copy: Path) -> None:
    for name in ("panel.csv.gz", "adjacency.csv", "prices_annual.csv.gz"):
        rewrite(copy / name, lambda rows: [rows[0], *rows[:0:-1]])
    assert load(facts=copy).content_hash == load().content_hash


def change(row: int, column: int, value: str) -> Callable[[Rows], Rows]:
    def edit(rows: Rows) -> Rows:
        rows[row][column] = value
        return rows

    return edit


@pytest.mark.parametrize(
    ("file", "edit", "code", "place", "zh"),
    [
        ("panel.csv.gz", change(41, 4, "一百"), "E221", "panel.csv.gz!line 42, column value", "“一百”"),
        ("panel.csv.gz", change(41, 4, "nan"), "E221", "panel.csv.gz!line 42, column value", "“nan”"),
        ("panel.csv.gz", change(41, 4, ""), "E221", "panel.csv.gz!line 42, column value", "空"),
        ("panel.csv.gz", change(41, 0, "310001"), "E301", "panel.csv.gz!line 42, column region", "“310001”"),
        ("panel.csv.gz", change(41, 2, "gdpp"), "E313", "panel.csv.gz!line 42, column indicator", "“gdpp”"),
        ("panel.csv.gz", change(41, 7, "guessed"), "E314", "panel.csv.gz!line 42, column status", "“guessed”"),
        ("panel.csv.gz", change(41, 8, "hearsay"), "E408", "panel.csv.gz!line 42, column source", "“hearsay”"),
        ("panel.csv.gz", change(41, 7, "demonstration"), "E509", "panel.csv.gz!line 42, column status", "演示"),
        ("adjacency.csv", lambda rows: [*rows, rows[5]], "E401", "adjacency.csv!line 71, column b", "第6行重复"),
        (
            "land_area.csv",
            lambda rows: [*rows, [rows[3][0], "1", *rows[3][2:]]],
            "E402",
            "land_area.csv!line 33, column region",
            "第4行重复",
        ),
        ("land_area.csv", lambda rows: rows[:-1], "E405", "land_area.csv", "缺1行：650000"),
        ("land_area.csv", lambda rows: [row[:1] + row[2:] for row in rows], "E114", "land_area.csv", "area_km2"),
        (
            "land_area.csv",
            lambda rows: [*rows[:5], rows[5][:2], *rows[6:]],
            "E101",
            "land_area.csv!line 6",
            "2个单元格",
        ),
        ("land_area.csv", change(7, 1, "-20"), "E224", "land_area.csv!line 8, column area_km2", "-20"),
        ("land_area.csv", lambda rows: rows[:1], "E105", "land_area.csv", "空表"),
        ("trade_targets_2007.csv", change(1, 1, "0.5"), "E226", "trade_targets_2007.csv!line 2", "合计 0.7505"),
        ("national_2020.csv", change(1, 3, "99999"), "E501", "national_2020.csv!column agriculture", "总产出"),
        ("membership.csv", change(60, 1, "110000"), "E401", "membership.csv!line 61, column region", "同属"),
        ("prices_annual.csv.gz", lambda rows: rows[:-1], "E405", "prices_annual.csv.gz", "缺1行"),
        ("migration_stock.csv.gz", lambda rows: [rows[0], *rows[2:]], "E405", "migration_stock.csv.gz", "缺1行"),
    ],
)
def test_each_damage_is_found_at_its_place(
    copy: Path, file: str, edit: Callable[[Rows], Rows], code: str, place: str, zh: str
) -> None:
    rewrite(copy / file, edit)
    found = [one for one in faults(copy).faults if one.code == code and one.place == place]
    assert found, f"{code} at {place} is missing"
    assert zh in found[0].text.zh
    for text in (found[0].read, found[0].expected, found[0].remedy):
        assert text.zh
        assert text.en


def test_a_missing_row_names_the_region_and_the_year(copy: Path) -> None:
    def without(rows: Rows) -> Rows:
        return [row for row in rows if row[:4] != ["540000", "2023", "fiscal_revenue", ""]]

    rewrite(copy / "panel.csv.gz", without)
    (fault,) = faults(copy).faults
    assert fault.code == "E403"
    assert "fiscal_revenue 2023年缺 540000" in fault.text.zh
    assert "lacks 1: 540000" in fault.text.en


def test_parts_that_do_not_add_up_are_found(copy: Path) -> None:
    def double(rows: Rows) -> Rows:
        for row in rows:
            if row[:3] == ["310000", "2023", "gdp"]:
                row[4] = "99999"
        return rows

    rewrite(copy / "panel.csv.gz", double)
    found = faults(copy)
    assert codes(found) == {"E504"}
    assert len(found.faults) == 2  # nine sectors, and three industries


def test_all_faults_of_all_files_are_told_at_once(copy: Path) -> None:
    rewrite(copy / "panel.csv.gz", change(41, 4, "x"))
    rewrite(copy / "land_area.csv", change(7, 1, "-20"))
    (copy / "adjacency.csv").unlink()
    (copy / "distances.csv.gz").write_bytes(b"\x1f\x8bbroken")
    (copy / "commodities.csv").write_bytes("粮食".encode("gb18030"))
    found = faults(copy)
    assert {"E221", "E224", "E108", "E101", "E104"} <= codes(found)
    assert {"panel.csv.gz", "land_area.csv", "adjacency.csv", "distances.csv.gz", "commodities.csv"} <= {
        one.place.split("!")[0] for one in found.faults
    }
    assert found.text.zh.startswith("数据有")
    assert found.text.en.startswith("The data have")


def test_many_faults_of_one_kind_are_shortened_with_their_lines(copy: Path) -> None:
    def spoil(rows: Rows) -> Rows:
        return [rows[0], *([*row[:4], "x", *row[5:]] for row in rows[1:])]

    rewrite(copy / "income_ratio.csv", spoil)
    spoiled = [one for one in faults(copy).faults if one.code == "E221"]
    assert len(spoiled) == 4
    assert "另有90处" in spoiled[-1].read.zh
    assert "lines 5, 6" in spoiled[-1].read.en


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("[transfer_cap]\nvalue = 0.2", "[transfer_cup]\nvalue = 0.2", "E108"),
        ("value = 0.8\nlow = 0.3", "value = 8\nlow = 0.3", "E221"),
        ("value = 0.989", "value = true", "E221"),
        ("[draws]", "[draws", "E101"),
        ("value = 200\n", "", "E108"),
        ("high = 1.1\n", "", "E108"),
    ],
)
def test_a_parameter_that_is_missing_or_no_number_is_a_fault(copy: Path, before: str, after: str, code: str) -> None:
    path = copy / "parameters.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert code in codes(faults(copy))


@pytest.mark.parametrize("part", ["value", "status", "unit", "zh", "en", "source_zh", "source_en"])
def test_a_number_without_its_status_or_source_is_a_fault_that_names_the_key(copy: Path, part: str) -> None:
    path = copy / "parameters.toml"
    head, name, body = path.read_text(encoding="utf-8").partition("[row_home_share]")
    entry, gap, rest = body.partition("\n\n")
    for changed in (
        "\n".join(line for line in entry.splitlines() if not line.startswith(f"{part} = ")),
        "\n".join(f'{part} = ""' if line.startswith(f"{part} = ") else line for line in entry.splitlines()),
    ):
        path.write_text(head + name + changed + gap + rest, encoding="utf-8")
        with pytest.raises(DataFault) as fault:
            load(facts=copy)
        assert fault.value.exit_code == 3
        (one,) = fault.value.faults
        assert one.place == f"parameters.toml!row_home_share.{part}"
        assert one.read.zh == "没有"
        assert one.read.en == "nothing"


def test_every_parameter_carries_status_and_source_in_both_languages() -> None:
    held = load().parameters
    assert set(held) == set(NEEDED)
    for one in held.values():
        assert one.status in ("assumed", "computed"), "no parameter is a published figure"
        for text in (one.title, one.source):
            assert text.zh
            assert not re.search(r"[一-鿿]", text.en), text.en
        assert one.banded == NEEDED[one.name]
        assert one.low <= one.value <= one.high


@pytest.mark.parametrize("year", [2021, 2022, 2024, 0])
def test_a_year_that_cannot_be_chosen_names_the_choices(year: int) -> None:
    with pytest.raises(ParameterFault) as fault:
        load(year=year)
    assert str(year) in fault.value.text.zh
    for text in (fault.value.text.zh, fault.value.text.en):
        assert all(choice in text for choice in ("2023", "2020", "2019"))
