"""Compile the embedded facts from the shared folder into the product's own schema.

Run from the repository: ``python scripts/compile_facts.py [TARGET]``. The shared folder is found through
``RONGHE_SHARED`` (default ``../shared`` beside the repository). Written by hand and not touched here:
``sources.csv``, ``indicators.csv``, ``commodities.csv``, ``aliases.csv``, ``parameters.toml``, ``NOTICE``.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import os
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RONGHE_SHARED", REPOSITORY.parent / "shared")) / "data"
FACTS = REPOSITORY / "src" / "ronghe" / "data" / "facts"
BASE = REPOSITORY / "src" / "ronghe" / "base"

NEW, OLD = "nbs-2024-revision", "nbs-before-2024-revision"
PANEL = ("region", "year", "indicator", "vintage", "value", "unit", "grade", "status", "source")

# indicator in the shared panel: (our indicator, vintage, unit, grade, source)
REVISED = ("nbs-query-2024", NEW, "亿元")
INDICATORS: dict[str, tuple[str, str, str, str, str]] = {
    "gdp": ("gdp", NEW, "亿元", "A", "nbs-query-2024"),
    "gdp_pre_revision": ("gdp", OLD, "亿元", "A", "nbs-query-before"),
    "gdp_per_capita": ("gdp_per_capita", NEW, "元", "B", "nbs-query-2024"),
    "gdp_index_prev100": ("gdp_index_prev100", "", "上年=100", "D", "nbs-query"),
    "fiscal_revenue": ("fiscal_revenue", "", "亿元", "B", "nbs-query"),
    "fiscal_expenditure": ("fiscal_expenditure", "", "亿元", "B", "yearbook-science"),
    "fiscal_exp_education": ("fiscal_exp_education", "", "亿元", "B", "yearbook-science"),
    "fiscal_exp_science": ("fiscal_exp_science", "", "亿元", "B", "yearbook-science"),
    "fiscal_exp_agri_water": ("fiscal_exp_agri_water", "", "亿元", "B", "yearbook-science"),
    "retail_sales": ("retail_sales", "", "亿元", "D", "nbs-query"),
    "cpi_prev100": ("cpi_prev100", "", "上年=100", "D", "nbs-query"),
    "urban_employed": ("urban_employed", "", "万人", "D", "nbs-query"),
    "disposable_income_pc": ("disposable_income_pc", "", "元", "D", "yearbook-income"),
    "consumption_pc": ("consumption_pc", "", "元", "D", "yearbook-income"),
    "rd_expenditure": ("rd_expenditure", "", "亿元", "B", "yearbook-science"),
    "rd_intensity": ("rd_intensity", OLD, "%", "B", "yearbook-science"),
    "rd_fte": ("rd_fte", "", "人年", "B", "yearbook-science"),
    "patents_granted": ("patents_granted", "", "件", "C", "yearbook-science"),
    "invention_patents_granted": ("invention_patents_granted", "", "件", "C", "yearbook-science"),
    "tech_market_sold": ("tech_market_sold", "", "万元", "C", "yearbook-science"),
    "tech_market_bought": ("tech_market_bought", "", "万元", "C", "yearbook-science"),
    "hitech_firms_certified": ("hitech_firms_certified", "", "家", "D", "yearbook-science"),
    "population_census": ("population_census", "", "人", "A", "census"),
    **{f"gdp_{i}": (f"gdp_{i}", NEW, "亿元", "B", "nbs-query-2024") for i in ("primary", "secondary", "tertiary")},
    **{
        f"va_{theirs}": (f"va_{ours}", NEW, "亿元", "B", "nbs-query-2024")
        for theirs, ours in (
            ("agriculture_etc", "agriculture"),
            ("industry", "industry"),
            ("construction", "construction"),
            ("wholesale_retail", "wholesale_retail"),
            ("transport_post", "transport_post"),
            ("hotel_catering", "hotel_catering"),
            ("finance", "finance"),
            ("real_estate", "real_estate"),
            ("other", "other_services"),
        )
    },
}

# column of the shared services table: (our indicator, unit). Outlays on education and retail sales stand in the panel.
SERVICES = {
    "resident_population_10k": ("resident_population", "万人"),
    "health_beds_10k_total": ("beds", "万张"),
    "health_technicians_per_10k_reported": ("health_staff_per_10k", "人每万人"),
    "health_institutions": ("health_institutions", "个"),
    "hospital_stay_days": ("hospital_stay", "天"),
    "fiscal_exp_health_100m": ("fiscal_exp_health", "亿元"),
    "pupil_teacher_senior": ("pupils_per_teacher_senior", "人"),
    "pupil_teacher_junior": ("pupils_per_teacher_junior", "人"),
    "pupil_teacher_primary": ("pupils_per_teacher_primary", "人"),
    "education_funds_10k": ("education_funds", "万元"),
    "mobile_per_100": ("mobile_per_100", "部"),
    "traffic_accidents": ("traffic_accidents", "件"),
    "bus_line_km": ("bus_lines", "公里"),
    "gas_coverage_pct": ("gas_coverage", "%"),
    "bus_per_10k": ("buses_per_10k", "标台"),
    "public_toilets_per_10k": ("toilets_per_10k", "座"),
    "park_m2_pc": ("park_per_head", "平方米"),
    "disaster_population_10k": ("disaster_population", "万人"),
}
CUSTOMS = {
    "trade_by_operator_kusd": ("trade_by_operator", "千美元", "B", "customs"),
    "trade_by_destination_origin_kusd": ("trade_by_place", "千美元", "B", "customs"),
    "express_parcels_10k": ("express_parcels", "万件", "D", "post"),
}
SHORT = {
    "jjj": ("京津冀", "Beijing-Tianjin-Hebei"),
    "yreb": ("长江经济带", "the Yangtze River Economic Belt"),
    "gba": ("粤港澳大湾区", "the Greater Bay Area"),
    "yrd": ("长三角", "the Yangtze River Delta"),
    "yellow": ("黄河流域", "the Yellow River basin"),
    "cy": ("成渝地区", "the Chengdu-Chongqing circle"),
    "east": ("东部", "the eastern region"),
    "central": ("中部", "the central region"),
    "west": ("西部", "the western region"),
    "northeast": ("东北", "the north-eastern region"),
}
COVERED = {
    ("gba", "440000"): (
        "广州、深圳、珠海、佛山、惠州、东莞、中山、江门、肇庆",
        "Guangzhou, Shenzhen, Zhuhai, Foshan, Huizhou, Dongguan, Zhongshan, Jiangmen, Zhaoqing",
    ),
    ("cy", "500000"): ("27个区县和另2个区县的部分", "27 districts and counties and parts of 2 more"),
    ("cy", "510000"): ("15个地级市", "15 prefecture-level cities"),
}
RIVERSIDE = ("沿黄县区", "riverside counties")


def compile_facts(target: Path) -> list[Path]:
    """Write every compiled table into ``target`` and return the files, in order."""
    first = (regions, areas, membership, panel, land_area, distances, adjacency, national, targets)
    tables = (*first, customs, services, income_ratio, prices, migration, cities)
    target.mkdir(parents=True, exist_ok=True)
    return [path for table in tables for path in table(target)]


def read(name: str, folder: str = "china_provinces") -> list[dict[str, str]]:
    """Read one shared table."""
    with (SHARED / folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[Path]:
    """Write a table; a name that ends in .gz is packed with a zero time stamp."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content)
    return [path]


def number(text: str) -> str:
    """Return a number as short as it can be written without a change of value."""
    plain = format(Decimal(text).normalize(), "f")
    return "0" if plain == "-0" else plain


def regions(target: Path) -> list[Path]:
    """34 provincial divisions and the country."""
    with (BASE / "regions.csv").open(encoding="utf-8", newline="") as file:
        base = list(csv.DictReader(file))
    seat = {row["adcode"]: row for row in read("provinces.csv")}
    area = {row["adcode"]: row["land_area_km2"] for row in read("land_area.csv")}
    rows: list[list[str]] = [["CHN", "own", "country", "中国", "全国", "", "China", "", "", "", "", "", "", ""]]
    for row in base:
        code, facts = row["code"], seat.get(row["code"])
        place = [facts["capital_zh"], facts["capital_lat"], facts["capital_lon"]] if facts else ["", "", ""]
        names = [row["name_zh"], row["short_zh"], row["abbr_zh"], row["name_en"]]
        tile = [row["tile_row"], row["tile_column"]]
        rows.append([code, "gbt2260", "province", *names, "CHN", *place, area.get(code, ""), *tile])
    header = "code,code_system,level,name_zh,short_zh,abbr_zh,name_en,parent,capital,lat,lon,area_km2"
    return write(target / "regions.csv", [*header.split(","), "tile_row", "tile_column"], rows)


def areas(target: Path) -> list[Path]:
    """Six strategies and four plates."""
    rows: dict[str, list[str]] = {}
    for row in read("strategies.csv"):
        kind = "plate" if row["kind"] == "four_plates" else "strategy"
        code, (short_zh, short_en) = row["strategy"], SHORT[row["strategy"]]
        names = [row["name_zh"], short_zh, row["name_en"], short_en]
        rows.setdefault(code, [code, *names, kind, row["document_zh"], row["document_date"], "recalled"])
    header = "area,name_zh,short_zh,name_en,short_en,kind,document_zh,document_date,status"
    return write(target / "areas.csv", header.split(","), rows.values())


def membership(target: Path) -> list[Path]:
    """63 memberships; the Yellow River provinces enter in part, as the plan covers their riverside counties."""
    rows = []
    for row in read("strategies.csv"):
        area, code = row["strategy"], row["adcode"]
        coverage = "partial" if area == "yellow" else row["coverage"]
        covered = RIVERSIDE if area == "yellow" else COVERED.get((area, code), ("", ""))
        source = "plates" if row["kind"] == "four_plates" else "plans"
        rows.append([area, code, row["document_date"], "", coverage, "", *covered, "recalled", source])
    header = "area,region,from,to,coverage,coverage_share,covered_zh,covered_en,status,source"
    return write(target / "membership.csv", header.split(","), rows)


def panel(target: Path) -> list[Path]:
    """The panel: 9,222 rows; the national row of the source is region CHN."""
    rows = []
    for row in read("panel.csv"):
        indicator, vintage, unit, grade, source = INDICATORS[row["indicator"]]
        region = "CHN" if row["adcode"] == "0" else row["adcode"]
        source = f"census-{row['year']}" if source == "census" else source
        rows.append([region, row["year"], indicator, vintage, number(row["value"]), unit, grade, "observed", source])
    return write(target / "panel.csv.gz", PANEL, sorted(rows, key=lambda row: (row[2], row[3], row[1], row[0])))


def land_area(target: Path) -> list[Path]:
    """Land areas as commonly published."""
    rows = [[row["adcode"], row["land_area_km2"], "observed", "land-area"] for row in read("land_area.csv")]
    return write(target / "land_area.csv", ("region", "area_km2", "status", "source"), rows)


def distances(target: Path) -> list[Path]:
    """Great-circle km, and rail minutes of about 2014 with up to three changes and by direct trains; pairs once."""
    header = ("origin", "destination", "mode", "measure", "year", "value", "directed", "status", "source")
    rows: list[list[str]] = []
    for name, mode, measure, year, factor, source in (
        ("capital_distance_km.csv", "great_circle", "km", "", 1, "great-circle"),
        ("rail_time_2014_hours.csv", "rail", "minutes", "2014", 60, "timetable-2014"),
        ("rail_time_2014_direct_hours.csv", "rail_direct", "minutes", "2014", 60, "timetable-2014"),
    ):
        for row in read(name):
            origin = row["adcode"]
            for destination in (code for code in row if code != "adcode" and code > origin and row[code]):
                value = number(str(Decimal(row[destination]) * factor))
                rows.append([origin, destination, mode, measure, year, value, "no", "computed", source])
    return write(target / "distances.csv.gz", header, rows)


def adjacency(target: Path) -> list[Path]:
    """68 land borders, and Guangdong and Hainan across the strait."""
    rows = [
        [row["a"], row["b"], "strait" if (row["a"], row["b"]) == ("440000", "460000") else "land"]
        for row in read("adjacency.csv")
    ]
    return write(target / "adjacency.csv", ("a", "b", "kind"), rows)


def national(target: Path) -> list[Path]:
    """Nine-sector national tables, one file a year, one cell a row."""
    rename = {"by_other_services": "other_services"}
    files = []
    for year in ("2017", "2020"):
        rows = []
        for row in read(f"national_io_9_sectors_{year}.csv"):
            for column, value in row.items():
                if column in ("use_of", "use_of_zh") or not value:
                    continue
                named = rename.get(column, column.removeprefix("by_"))
                rows.append([year, row["use_of"], named, number(value), "computed", f"nbs-io-{year}"])
        files += write(target / f"national_{year}.csv", ("year", "row", "column", "value", "status", "source"), rows)
    return files


def targets(target: Path) -> list[Path]:
    """Shares of non-agricultural spending 2007, by plate."""
    parts = ("own_province", "other_provinces_of_the_same_plate", "other_provinces", "abroad")
    rows = [
        [row["area"], *(row[part] for part in parts), "computed", "trade-2007"]
        for row in read("trade_share_targets_2007.csv")
        if row["area"] != "china"
    ]
    header = ("area", "own", "plate", "others", "abroad", "status", "source")
    return write(target / "trade_targets_2007.csv", header, rows)


def customs(target: Path) -> list[Path]:
    """Goods trade on both customs definitions, and express parcels."""
    rows = [
        [row["adcode"], row["year"], name, "", number(row[column]), unit, grade, "observed", source]
        for column, (name, unit, grade, source) in CUSTOMS.items()
        for row in read("trade_total_express.csv")
        if row[column]
    ]
    return write(target / "customs.csv.gz", PANEL, rows)


def services(target: Path) -> list[Path]:
    """Health, schools and town facilities 2010-2018; health staff per head from 2013, when its base is residents."""
    rows = [
        [row["adcode"], row["year"], name, "", number(row[column]), unit, "D", "observed", "yearbook-services"]
        for column, (name, unit) in SERVICES.items()
        for row in read("services_2010_2018.csv")
        if row[column] and not (name == "health_staff_per_10k" and int(row["year"]) < 2013)
    ]
    return write(target / "services.csv.gz", PANEL, rows)


def income_ratio(target: Path) -> list[Path]:
    """Urban over rural income."""
    name, more = "urban_rural_income_ratio", ("比", "D", "observed", "income-ratio")
    rows = [
        [row["adcode"], year, name, "", number(row[f"ratio_{year}"]), *more]
        for year in ("2015", "2020", "2023")
        for row in read("urban_rural_income_ratio.csv")
    ]
    return write(target / "income_ratio.csv", PANEL, rows)


def prices(target: Path) -> list[Path]:
    """Consumer price indices by class: means of the twelve year-on-year indices of a year."""
    header = ("region", "period", "commodity", "index", "base", "basket", "status", "source")
    rows = []
    for row in read("cpi_classes_annual.csv"):
        for commodity, value in row.items():
            if commodity in ("adcode", "year") or not value:
                continue
            rows.append([row["adcode"], row["year"], commodity, number(value), "previous_year", "consumer"])
    return write(target / "prices_annual.csv.gz", header, ([*row, "computed", "nbs-prices"] for row in rows))


def migration(target: Path) -> list[Path]:
    """Census long forms: birthplace stocks 2000 and 2010, five-year moves 2015-2020 into six provinces."""
    header = ("year", "origin", "destination", "group", "persons", "definition", "sample_fraction", "status", "source")
    rows = []
    for name, column, year, definition, fraction, source in (
        ("migration_birthplace_2000.csv", "residence", "2000", "birthplace", "0.095", "census-2000-birthplace"),
        ("migration_birthplace_2010.csv", "residence", "2010", "birthplace", "0.1", "census-2010-birthplace"),
        (
            "migration_5year_2020_six_destinations.csv",
            "residence_2020",
            "2020",
            "last residence",
            "0.1",
            "census-2020-moves",
        ),
    ):
        for row in read(name):
            residence = row[column]
            for origin in (code for code in row if code.isdigit() and code != residence):
                rows.append(
                    [year, origin, residence, "all", number(row[origin]), definition, fraction, "observed", source]
                )
    return write(target / "migration_stock.csv.gz", header, rows)


def cities(target: Path) -> list[Path]:
    """Residents of cities in two censuses, and city members of four strategies."""
    header = (
        "city",
        "name_zh",
        "region",
        "year",
        "residents",
        "urban_share",
        "age_0_14",
        "age_15_59",
        "age_60",
        "age_65",
    )
    rows = []
    for row in read("city_census_2010_2020.csv", "china_cities"):
        for year in ("2010", "2020"):
            if not row[f"popu_{year}"]:
                continue
            ages = [_percent(row[f"{age}_{year}"]) for age in header[6:]]
            urban = row[f"popu_urban_{year}"]
            share = format(Decimal(urban) / Decimal(row[f"popu_{year}"]), ".6f") if urban else ""
            residents = number(row[f"popu_{year}"])
            rows.append([row["city_code"], row["city"], row["province_code"], year, residents, share, *ages])
    files = write(target / "city_census.csv.gz", (*header, "source"), ([*row, "leiii-census"] for row in rows))
    members = [
        ["gba" if row["strategy"] == "gba9" else row["strategy"], row["city_code"], row["name_zh"], "recalled", "plans"]
        for row in read("city_strategies.csv", "china_cities")
    ]
    return files + write(target / "city_strategies.csv", ("area", "city", "name_zh", "status", "source"), members)


def _percent(text: str) -> str:
    return number(str(Decimal(text) / 100)) if text else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compile the embedded facts from the shared tables.")
    parser.add_argument("--out", type=Path, default=FACTS, help="folder to write to")
    for written in compile_facts(parser.parse_args().out):
        print(written)
