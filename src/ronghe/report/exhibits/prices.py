"""Market segmentation read from class prices: observed, by year, two classifications never joined."""

from __future__ import annotations

from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.text import Text
from ronghe.measure import AreaDispersion
from ronghe.report.charts import line_interval
from ronghe.report.exhibits.parts import both, number, text
from ronghe.report.results import AreaResults

UNIT = Text("方差×10⁴", "variance × 10⁴")


def dispersion(results: AreaResults, found: AreaDispersion) -> Exhibit:
    """Return the spread of relative prices among members, beside outsiders at equal distance, by year."""
    columns = (
        text("group", "配对", "Pairs"),
        number("year", "年份", "Year", "year"),
        text("classification", "价格分类", "Classification"),
        number("value", "差异", "Spread", "index", UNIT),
        number("low", "区间下端", "Interval, low", "index", UNIT),
        number("high", "区间上端", "Interval, high", "index", UNIT),
    )
    name = {"old": Text("2015年及以前", "to 2015"), "new": Text("2016年起", "from 2016")}
    groups = (
        (Text("成员之间", "Among members"), found.inside),
        (Text("与区外同等距离地区", "With outsiders at equal distance"), found.outside),
        (Text("相邻成员", "Members that adjoin"), found.neighbours),
    )
    rows = tuple(
        (title, year, name[found.classification[year]], value, spread.low, spread.high)
        for title, values in groups
        for year in found.years
        if year in values
        for value, spread in (values[year],)
    )
    table = Table(columns, rows)
    words = catalogue("exhibits")
    return Exhibit(
        "price-dispersion",
        words["dispersion"].format(area=results.area.short),
        "chart",
        table,
        both(line_interval, table),
        notes=(words["dispersion_note"], *found.notes),
        provenance=found.provenance,
        status=found.status,
    )
