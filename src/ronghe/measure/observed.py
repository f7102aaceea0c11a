"""What is observed of an area, before any model: one table a subject, titled by what it shows.

Population between the censuses, product and its nine sectors, education and health outlays, foreign
trade, technology contracts. Nothing is filled in: a figure that is missing leaves its cell empty, and a
subject of which no member has a figure is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ronghe.base.area import Area
from ronghe.base.exhibit import Column, Exhibit
from ronghe.base.period import year_words
from ronghe.base.text import Text, joined, same
from ronghe.data import Dataset
from ronghe.measure.figures import percent, share_of, total, whole, yuan_in_words
from ronghe.measure.frame import Frame, any_known, ends_of, moved, number, per_head, yuan

YI = Text("亿元", "100 million yuan")
DOLLARS = Text("亿美元", "100 million US dollars")
PERSONS = Text("人", "persons")
PER_HEAD = Text("元/人", "yuan per head")
CENSUSES = (2010, 2020)
HEALTH_YEARS = (2010, 2018)


def observed_exhibits(data: Dataset, area: Area | str | Sequence[str]) -> tuple[Exhibit, ...]:
    """Return every table of observed facts that the data set has for an area.

    Parameters
    ----------
    data : Dataset
    area : Area, str or sequence of str
        Members without facts are named in a note.
    """
    subjects: tuple[Callable[[Dataset, Area], Exhibit | None], ...] = (
        population,
        product,
        education,
        health,
        foreign_trade,
        technology,
    )
    held = data.area(area)
    return tuple(exhibit for exhibit in (subject(data, held) for subject in subjects) if exhibit is not None)


def population(data: Dataset, area: Area) -> Exhibit | None:
    """Return residents of each member in the two censuses and the change between them."""
    frame = Frame(data, area)
    first, last = (frame.column("population_census", year) for year in CENSUSES)
    if not any_known(first) or not any_known(last):
        return None
    changes = [share_of(new, old, less=1.0) for old, new in zip(first, last, strict=True)]
    overall = share_of(total(last), total(first), less=1.0)
    nation = share_of(
        total(frame.everywhere("population_census", CENSUSES[1])),
        total(frame.everywhere("population_census", CENSUSES[0])),
        less=1.0,
    )
    columns = (
        *(
            number(
                f"census_{year}",
                f"{year}年普查",
                f"Census {year}",
                PERSONS,
                "people",
                frame.status_of("population_census", year),
            )
            for year in CENSUSES
        ),
        number("change", "变化", "Change", Text("%", "%"), "percent"),
    )
    rows = list(zip(first, last, changes, strict=True))
    said = Text(
        f"两次普查之间{frame.label.zh}常住人口{moved(overall).zh}",
        f"{frame.label.en}: population {moved(overall).en} between the censuses",
    ) + ends_of(frame, changes, "增幅", "highest", lambda value: same(percent(value)))
    notes = (
        Text(
            f"有数据的全部{len(data.regions)}个地区同期{moved(nation).zh}。普查为计数，含全部常住人口。",
            f"All {len(data.regions)} regions with data {moved(nation).en}. Censuses count all residents.",
        ),
    )
    return frame.exhibit("population", said, columns, rows, (total(first), total(last), overall), notes)


def product(data: Dataset, area: Area) -> Exhibit | None:
    """Return gross regional product of each member and its nine sectors in the base year."""
    frame = Frame(data, area)
    products = frame.column("gdp", data.year)
    if not any_known(products):
        return None
    parts = [frame.column(f"va_{sector.code}", data.year) for sector in data.sectors]
    sum_of, nation = total(products), total(frame.everywhere("gdp", data.year))
    share = share_of(sum_of, nation)
    columns = (
        number("gdp", "地区生产总值", "Gross regional product", YI, "money", frame.status_of("gdp", data.year)),
        *(
            Column(one.code, one.name, YI, "money", frame.status_of(f"va_{one.code}", data.year))
            for one in data.sectors
        ),
    )
    when = year_words(data.year)
    said = Text(f"{when.zh}{frame.label.zh}地区生产总值", f"{frame.label.en}: gross regional product of {when.en}, ")
    said += yuan_in_words(sum_of) + Text(
        f"，占{len(data.regions)}个地区合计的{percent(share)}",
        f", {percent(share)} of the {len(data.regions)} regions with data",
    )
    rows = list(zip(products, *parts, strict=True))
    sums = (sum_of, *(total(part) for part in parts))
    note = Text("当年价；各行业为增加值。", "Current prices; sectors show value added.")
    return frame.exhibit("product", said, columns, rows, sums, (note,))


def education(data: Dataset, area: Area) -> Exhibit | None:
    """Return local budget outlays on education in the base year, and per head."""
    frame = Frame(data, area)
    outlays = frame.column("fiscal_exp_education", data.year)
    if not any_known(outlays):
        return None
    people = frame.column("population", data.year)
    heads = [per_head(money, count) for money, count in zip(outlays, people, strict=True)]
    columns = (
        number(
            "outlays",
            "地方财政教育支出",
            "Local outlays on education",
            YI,
            "money",
            frame.status_of("fiscal_exp_education", data.year),
        ),
        number("people", "人口", "People", PERSONS, "people", frame.status_of("population", data.year)),
        number("per_head", "人均", "Per head", PER_HEAD, "yuan"),
    )
    overall = per_head(total(outlays), total(people))
    head = whole(overall)
    said = Text(
        f"{data.year}年{frame.label.zh}人均教育支出{head.zh}元",
        f"{frame.label.en}: education outlays per head of {data.year}, {head.en} yuan",
    ) + ends_of(frame, heads, "人均", "highest", yuan)
    notes = (
        Text(
            "人口：没有普查的年份为地区生产总值÷人均地区生产总值（年平均，计算）。",
            "People: in years without a census, product over product per head (the year's average, computed).",
        ),
    )
    rows = list(zip(outlays, people, heads, strict=True))
    return frame.exhibit("education", said, columns, rows, (total(outlays), total(people), overall), notes)


def health(data: Dataset, area: Area) -> Exhibit | None:
    """Return local budget outlays on health in the first and last year that is published, and per head."""
    frame = Frame(data, area)
    first, last = (frame.column("fiscal_exp_health", year) for year in HEALTH_YEARS)
    if not any_known(last):
        return None
    before, people = (frame.column("resident_population", year) for year in HEALTH_YEARS)
    heads = [per_head(money, count) for money, count in zip(last, people, strict=True)]
    then = [per_head(money, count) for money, count in zip(first, before, strict=True)]
    columns = (
        *(
            number(
                f"outlays_{year}",
                f"{year}年医疗卫生支出",
                f"Outlays on health {year}",
                YI,
                "money",
                frame.status_of("fiscal_exp_health", year),
            )
            for year in HEALTH_YEARS
        ),
        number("per_head_2010", "2010年人均", "Per head 2010", PER_HEAD, "yuan"),
        number("per_head_2018", "2018年人均", "Per head 2018", PER_HEAD, "yuan"),
    )
    sums = (
        total(first),
        total(last),
        per_head(total(first), total(before)),
        per_head(total(last), total(people)),
    )
    old, new = whole(sums[2]), whole(sums[3])
    said = Text(
        f"{frame.label.zh}人均医疗卫生支出2010年{old.zh}元，2018年{new.zh}元",
        f"{frame.label.en}: health outlays per head {old.en} yuan in 2010, {new.en} in 2018",
    ) + ends_of(frame, heads, "2018年人均", "highest in 2018", yuan)
    notes = (
        Text("2018年以后没有公布的分省数据，不外推。", "No provincial figures after 2018; none are extrapolated."),
    )
    return frame.exhibit("health", said, columns, list(zip(first, last, then, heads, strict=True)), sums, notes)


def foreign_trade(data: Dataset, area: Area) -> Exhibit | None:
    """Return goods trade with abroad in the base year, by operator and by place."""
    frame = Frame(data, area)
    operator = frame.column("trade_by_operator", data.year)
    if not any_known(operator):
        return None
    place = frame.column("trade_by_place", data.year)
    sum_of, nation = total(operator), total(frame.everywhere("trade_by_operator", data.year))
    columns = (
        number(
            "by_operator",
            "按经营单位所在地",
            "By location of the operator",
            DOLLARS,
            "integer",
            frame.status_of("trade_by_operator", data.year),
        ),
        number(
            "by_place",
            "按境内目的地、货源地",
            "By domestic destination or origin",
            DOLLARS,
            "integer",
            frame.status_of("trade_by_place", data.year),
        ),
        number("share", "占各地合计", "Share of all regions", Text("%", "%"), "percent"),
    )
    shares = [share_of(value, nation) for value in operator]
    share = share_of(sum_of, nation)
    dollars = Text(whole(sum_of).zh, whole(None if sum_of is None else sum_of / 10).en)
    said = Text(
        f"{data.year}年{frame.label.zh}货物进出口{dollars.zh}亿美元，占{len(data.regions)}个地区合计的{percent(share)}",
        f"{frame.label.en}: goods trade with abroad in {data.year} {dollars.en} billion US dollars, "
        f"{percent(share)} of the {len(data.regions)} regions with data",
    )
    notes = (
        Text(
            "两种口径之差来自代理经营。",
            "The two definitions differ by trade on behalf of others.",
        ),
    )
    rows = list(zip(operator, place, shares, strict=True))
    return frame.exhibit("foreign-trade", said, columns, rows, (sum_of, total(place), share), notes)


def technology(data: Dataset, area: Area) -> Exhibit | None:
    """Return technology contracts sold and bought in the base year."""
    frame = Frame(data, area)
    sold, bought = (frame.column(f"tech_market_{side}", data.year) for side in ("sold", "bought"))
    if not any_known(sold) or not any_known(bought):
        return None
    net = [None if s is None or b is None else s - b for s, b in zip(sold, bought, strict=True)]
    columns = (
        number("sold", "输出", "Sold", YI, "money", frame.status_of("tech_market_sold", data.year)),
        number("bought", "吸纳", "Bought", YI, "money", frame.status_of("tech_market_bought", data.year)),
        number("net", "净输出", "Sold less bought", YI, "money"),
    )
    sums = (total(sold), total(bought), total(net))
    sellers = joined([frame.name(code) for code, value in zip(frame.members, net, strict=True) if (value or 0) > 0])
    said = Text(
        f"{data.year}年{frame.label.zh}技术合同输出", f"{frame.label.en}: technology contracts of {data.year}, sold "
    )
    said += yuan_in_words(sums[0]) + Text("，吸纳", ", bought ") + yuan_in_words(sums[1])
    if sellers.zh:
        said += Text(f"；净输出地区：{sellers.zh}", f"; net sellers: {sellers.en}")
    notes = (
        Text(
            "分地区总额，不是地区之间的流量；其中一部分与国外成交。",
            "Totals by region, not flows between pairs; part of them is with abroad.",
        ),
    )
    return frame.exhibit("technology", said, columns, list(zip(sold, bought, net, strict=True)), sums, notes)
