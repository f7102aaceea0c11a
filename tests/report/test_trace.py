"""The trace of printed numbers: no digit stands on a page that does not lead to its cell."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from html.parser import HTMLParser

import pytest

from ronghe.base.status import weakest
from ronghe.report import write_document
from ronghe.report.numbers import MINUS
from ronghe.report.trace import FIELDS, tokens, trace

VOID = {"meta", "link", "img", "br"}
STEP = 0.5000001
"""Half of the last printed place, and what floating point adds."""


class Page(HTMLParser):
    """Digits of a page by the sentence or exhibit they stand in; marked literals are left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None, bool]] = []
        self.found: dict[str | None, set[str]] = defaultdict(set)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag in VOID:
            return
        _, owner, literal = self.open[-1] if self.open else ("", None, False)
        if tag in ("li", "figure") and held.get("id"):
            owner = held["id"]
        self.open.append((tag, owner, literal or "data-literal" in held or tag in ("style", "title", "head", "code")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        _, owner, literal = self.open[-1] if self.open else ("", None, True)
        if not literal:
            self.found[owner] |= set(tokens(data))


@pytest.fixture(scope="module", params=["delta", "bay", "invented"])
def written(request, tmp_path_factory):
    document = request.getfixturevalue(request.param)
    folder = tmp_path_factory.mktemp("trace") / request.param
    write_document(document, folder)
    return document, folder


@pytest.fixture(scope="module")
def numbers(written):
    record = json.loads((written[1] / "numbers.json").read_text(encoding="utf-8"))
    assert tuple(record["fields"]) == FIELDS
    rows = [dict(zip(FIELDS, row, strict=True)) for row in record["numbers"]]
    return [row | {"source": record["sources"][row["source"]]} for row in rows]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_digit_of_the_page_is_in_the_trace(written, numbers, lang):
    page = Page((written[1] / f"report.{lang}.html").read_text(encoding="utf-8"))
    recorded = defaultdict(set)
    for row in numbers:
        if row["lang"] == lang:
            recorded[row["exhibit"]] |= set(tokens(row["text"]))
    assert sum(map(len, page.found.values())) > 60
    for owner, found in page.found.items():
        assert found <= recorded[owner], (owner, sorted(found - recorded[owner]))


def test_every_number_of_a_sentence_or_table_has_cell_status_and_source(written, numbers):
    document = written[0]
    exhibits = {e.id: e for e in document.exhibits}
    for row in numbers:
        if row["place"] == "wording":
            assert (row["column"], row["status"]) == (None, None)
            continue
        assert row["source"]["zh"]
        assert row["source"]["en"]
        if row["place"] == "sentence":
            assert row["status"] == document.cells[row["column"]].status
        elif row["place"] in ("table", "tile", "code"):
            exhibit = exhibits[row["exhibit"]]
            (column,) = [column for column in exhibit.table.columns if column.key == row["column"]]
            assert (row["place"] == "code") == (column.style == "code")
            if row["place"] == "code":
                assert row["status"] is None
                assert re.fullmatch(r"D\d\d|\d{6}", row["text"])
            else:
                own = {column.status or exhibit.status, exhibit.row_statuses.get(row["row"])} - {None}
                assert row["status"] == weakest(own)


def test_no_region_code_is_a_number_of_the_estimate(written, numbers):
    tables = [(exhibit.table, c.key) for exhibit in written[0].exhibits for c in exhibit.table.columns]
    codes = {code for table, key in tables if key.endswith("code") for code in table.column(key)}
    assert codes or "flows" not in {e.id for e in written[0].exhibits}
    for row in numbers:
        assert row["text"] not in codes or (row["place"], row["status"]) == ("code", None)


def test_trade_as_it_is_today_comes_from_the_baseline_and_not_from_the_model(delta):
    rows = [row for row in trace(delta) if row.place == "table" and row.exhibit in ("flows", "circulation")]
    assert {row.exhibit for row in rows} == {"flows", "circulation"}
    for row in rows:
        after = str(row.column).endswith("_then")
        for lang, model, fitted in (("zh", "均衡模型", "引力"), ("en", "equilibrium model", "gravity")):
            assert (model in row.source.of(lang)) == after, (row.exhibit, row.column)
            assert (fitted in row.source.of(lang)) != after, (row.exhibit, row.column)
        assert row.status == "estimated"
    known = {row.source.en for row in trace(delta) if row.exhibit == "gain-by-member" and row.place == "table"}
    assert known == {"general-equilibrium model"}


def test_observed_tables_have_the_status_of_each_column(delta):
    rows = [row for row in trace(delta) if row.place == "table" and row.exhibit == "observed-health"]
    held = {(row.column, row.row == 4): row.status for row in rows}
    assert held["outlays_2018", False] == "observed"
    assert held["outlays_2018", True] == held["per_head_2018", False] == "computed"
    assert delta.cells["gdp_share"].status == delta.cells["pop_change"].status == "computed"


def test_a_sentence_holds_its_cells_and_the_constants_of_its_wording_and_no_other_digit(written, numbers):
    for s in written[0].sentences:
        for lang in ("zh", "en"):
            own = [r["text"] for r in numbers if r["exhibit"] == s.id and r["lang"] == lang]
            said = tokens(s.text.of(lang))
            assert set(said) == {token for text in own for token in tokens(text)}


def test_each_printed_cell_is_the_value_of_the_run_folder(written, numbers):
    """Read back from the CSV: one power of ten a column, and no value off by more than half a printed place."""
    words = {(e.id, c.key) for e in written[0].exhibits for c in e.table.columns if c.style in ("text", "code")}
    columns = defaultdict(list)
    for row in numbers:
        if row["place"] == "table":
            columns[row["exhibit"], row["column"], row["lang"]].append(row)
    checked = 0
    for (exhibit, column, _), rows in columns.items():
        with (written[1] / "run" / f"{exhibit}.csv").open(encoding="utf-8", newline="") as lines:
            held = list(csv.DictReader(lines))
        if (exhibit, column) in words:
            continue
        pairs = [(as_number(row["text"]), float(held[row["row"]][column]), row["text"]) for row in rows]
        largest = max(pairs, key=lambda pair: abs(pair[1]))
        factor = power_of_ten(largest[0] / largest[1]) if largest[1] else 1.0
        for printed, value, text in pairs:
            places = len(text.rstrip("%").partition(".")[2])
            assert abs(printed - value * factor) <= STEP * 10**-places, (exhibit, column, text, value)
            checked += 1
    assert checked > 30


def test_figures_in_titles_of_observed_tables_lead_to_their_cells(bay, delta):
    for document in (bay, delta):
        for row in trace(document):
            if row.place == "title" and row.exhibit.startswith("observed-") and row.column is None:
                year_or_count = re.fullmatch(r"20(10|18|23)|31", row.text)
                assert year_or_count, (row.exhibit, row.lang, row.text)


def test_a_count_in_a_title_leads_to_its_own_cell(delta):
    down = str(delta.cells["n_outside_down"].value)
    (row,) = [
        r for r in trace(delta) if (r.place, r.lang, r.exhibit) == ("title", "zh", "outsiders") and r.text == down
    ]
    assert (row.row, row.column) == (None, "n_outside_down")


def test_a_changed_digit_does_not_pass(delta, delta_folder):
    page = (delta_folder / "report.zh.html").read_text(encoding="utf-8")
    recorded = {t for row in trace(delta) if (row.lang, row.exhibit) == ("zh", "H2") for t in tokens(row.text)}
    assert Page(page).found["H2"] <= recorded
    assert not Page(page.replace("31.62 万亿元", "31.63 万亿元")).found["H2"] <= recorded


def as_number(text):
    return float(text.rstrip("%").replace("+", "").replace(MINUS, "-").replace(",", ""))


def power_of_ten(ratio):
    return min((10.0**power for power in range(-12, 13)), key=lambda one: abs(ratio / one - 1))
