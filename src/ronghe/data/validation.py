"""How the estimate compares with the observed shares of 2007: what it can tell, and what it cannot.

Shares of non-agricultural spending of 30 provinces (without Tibet), buyers in rows. The plates' home shares are
calibration, not validation; the years differ. The observed matrix has no licence and does not ship: where it is
present the statistics are computed anew, else the stored ones are shown with their date.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import DataFault, Fault
from ronghe.base.text import Text
from ronghe.data.baseline import Baseline
from ronghe.data.read import Rows

WITHOUT = "540000"
"""Tibet is not in the observed matrix."""

MACRO: tuple[tuple[str, ...], ...] = (
    ("210000", "220000", "230000"),
    ("110000", "120000"),
    ("130000", "370000"),
    ("310000", "320000", "330000"),
    ("350000", "440000", "460000"),
    ("140000", "340000", "360000", "410000", "420000", "430000"),
    ("150000", "610000", "620000", "630000", "640000", "650000"),
    ("450000", "500000", "510000", "520000", "530000"),
)
"""Eight macro-regions of the observed matrix."""

NAMES: Mapping[str, Text] = {
    "log_correlation": Text("870对流量的对数相关", "log correlation over 870 ordered pairs"),
    "spearman": Text("870对流量的等级相关（Spearman）", "Spearman over 870 ordered pairs"),
    "overlap_median": Text("外购来源的重合度：中位", "overlap of purchases from others: median"),
    "overlap_least": Text("外购来源的重合度：最小", "overlap of purchases from others: least"),
    "home_error": Text("本地份额：平均误差", "home share: mean error"),
    "home_error_most": Text("本地份额：最大误差", "home share: largest error"),
    "home_correlation": Text("本地份额：相关", "home share: correlation"),
    "plate_share": Text("购自同板块其他省的份额", "bought from other provinces of the plate"),
    "plate_share_observed": Text("购自同板块其他省的份额（2007年）", "bought from other provinces of the plate (2007)"),
    "abroad_error": Text("国外份额：平均误差", "bought abroad: mean error"),
    "abroad_error_most": Text("国外份额：最大误差", "bought abroad: largest error"),
    "abroad_correlation": Text("国外份额：相关", "bought abroad: correlation"),
    "macro_overlap": Text("八大区：平均重合度", "eight macro-regions: mean overlap"),
    "macro_home_error": Text("八大区：本地份额误差", "eight macro-regions: home-share error"),
    "macro_log_correlation": Text("八大区：对数相关", "eight macro-regions: log correlation"),
    "draws_log_correlation_low": Text("情景抽样5%：对数相关", "draws, 5 %: log correlation"),
    "draws_log_correlation_high": Text("情景抽样95%：对数相关", "draws, 95 %: log correlation"),
    "draws_home_error_low": Text("情景抽样5%：本地份额误差", "draws, 5 %: home-share error"),
    "draws_home_error_high": Text("情景抽样95%：本地份额误差", "draws, 95 %: home-share error"),
}

READING = Text(
    "规模、板块份额和对外开放度有信息；规模以外的双边细节几乎没有（距离只使相关提高0.00至0.02）；"
    "同一板块中哪个省对其他省更开放，无法识别。板块的本地份额是校准，不是检验；两者年份不同。",
    "Sizes, plates and openness to abroad are informative; bilateral detail beyond size hardly is (distance adds 0.00 "
    "to 0.02 of correlation); which province of a plate is more open to the others is not identified. The plates' home "
    "shares are calibration, not validation; the years differ.",
)


@dataclass(frozen=True, slots=True)
class Observed:
    """The observed shares of 2007.

    Attributes
    ----------
    regions : tuple of str
        30 codes.
    shares : array, shape (buyer, seller)
        Of the buyer's non-agricultural spending.
    abroad : array, shape (buyer,)
    weights : array, shape (region,)
        Value added of 2005, agriculture left out.
    """

    regions: tuple[str, ...]
    shares: Floats
    abroad: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class ValidationRow:
    """One statistic: the estimate's, the same by size alone, and the observed value where there is one."""

    key: str
    name: Text
    value: float
    size_only: float | None
    observed: float | None
    region: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """The validation table of one year.

    Attributes
    ----------
    year : int
    distance_elasticity : float
    rows : tuple of ValidationRow
    reading : Text
        What the table says in plain words.
    computed : str
        ISO date of the computation.
    """

    year: int
    distance_elasticity: float
    rows: tuple[ValidationRow, ...]
    reading: Text
    computed: str

    def value(self, key: str) -> float:
        """Return one statistic of the estimate."""
        return next(row.value for row in self.rows if row.key == key)


def statistics(baseline: Baseline, observed: Observed, plates: Mapping[str, str]) -> dict[str, tuple[float, str]]:
    """Compare a baseline with the observed shares.

    Parameters
    ----------
    plates : mapping of region to plate

    Returns
    -------
    dict
        Each statistic, and the region it names (``""`` where it names none).
    """
    at = np.array([baseline.regions.index(code) for code in observed.regions])
    counted = baseline.sectors.index("agriculture")
    spent = np.delete(baseline.flows, counted, axis=0).sum(axis=0)
    total = spent.sum(axis=1)[at]
    shares, abroad = spent[np.ix_(at, at)] / total[:, None], spent[at, -1] / total
    apart = ~np.eye(len(at), dtype=bool)
    overlap = overlaps(shares, observed.shares)
    home = np.abs(np.diag(shares) - np.diag(observed.shares))
    foreign = np.abs(abroad - observed.abroad)
    same = apart & np.array([[plates[a] == plates[b] for b in observed.regions] for a in observed.regions])
    weights = observed.weights / observed.weights.sum()
    found: dict[str, tuple[float, str]] = {
        "log_correlation": (log_correlation(shares, observed.shares), ""),
        "spearman": (correlation(ranks(shares[apart]), ranks(observed.shares[apart])), ""),
        "overlap_median": (float(np.median(overlap)), ""),
        "overlap_least": (float(overlap.min()), observed.regions[int(overlap.argmin())]),
        "home_error": (float(home.mean()), ""),
        "home_error_most": (float(home.max()), observed.regions[int(home.argmax())]),
        "home_correlation": (correlation(np.diag(shares), np.diag(observed.shares)), ""),
        "plate_share": (float(weights @ (shares * same).sum(axis=1)), ""),
        "plate_share_observed": (float(weights @ (observed.shares * same).sum(axis=1)), ""),
        "abroad_error": (float(foreign.mean()), ""),
        "abroad_error_most": (float(foreign.max()), observed.regions[int(foreign.argmax())]),
        "abroad_correlation": (correlation(abroad, observed.abroad), ""),
    }
    return found | macro_statistics(shares, total, observed)


def macro_statistics(shares: Floats, total: Floats, observed: Observed) -> dict[str, tuple[float, str]]:
    """Compare the shares added up to eight macro-regions."""
    member = np.array([[code in region for code in observed.regions] for region in MACRO], dtype=float)
    ours, theirs = (
        (member * weight) @ matrix @ member.T / (member @ weight)[:, None]
        for matrix, weight in ((shares, total), (observed.shares, observed.weights))
    )
    return {
        "macro_overlap": (float(overlaps(ours, theirs).mean()), ""),
        "macro_home_error": (float(np.abs(np.diag(ours) - np.diag(theirs)).mean()), ""),
        "macro_log_correlation": (log_correlation(ours, theirs), ""),
    }


def overlaps(ours: Floats, theirs: Floats) -> Floats:
    """Return 1 less half the sum of gaps between purchases from others, by buyer; each set of purchases sums to 1."""
    apart = ~np.eye(len(ours), dtype=bool)
    first, second = (
        np.where(apart, m, 0.0) / np.where(apart, m, 0.0).sum(axis=1, keepdims=True) for m in (ours, theirs)
    )
    gap: Floats = np.abs(first - second).sum(axis=1)
    return 1 - gap / 2


def log_correlation(ours: Floats, theirs: Floats) -> float:
    """Return the correlation of logs off the diagonal."""
    apart = ~np.eye(len(ours), dtype=bool)
    return correlation(np.log(ours[apart]), np.log(theirs[apart]))


def correlation(x: Floats | Ints, y: Floats | Ints) -> float:
    """Return the correlation of two vectors."""
    return float(np.corrcoef(x, y)[0, 1])


def ranks(values: Floats) -> Floats:
    """Return ranks, ties sharing their mean."""
    order = np.argsort(values, kind="stable")
    place = np.empty(len(values))
    place[order] = np.arange(len(values), dtype=float)
    _, group = np.unique(values, return_inverse=True)
    mean: Floats = (np.bincount(group, place) / np.bincount(group))[group]
    return mean


def read_observed(folder: Path) -> Observed:
    """Read the observed shares from the folder ``china_trade_migration_30``.

    Raises
    ------
    DataFault
        If a file is missing or is not what its name says.
    """
    try:
        with (folder / "trade_share_nonag_2007.csv").open(encoding="utf-8", newline="") as file:
            shares = {row["importer"]: row for row in csv.DictReader(file)}
        with (folder / "province_sector.csv").open(encoding="utf-8", newline="") as file:
            kept = (row for row in csv.DictReader(file) if (row["year"], row["sector"]) == ("2005", "na"))
            made = {row["adcode"]: float(row["value_added_nominal"]) for row in kept}
        codes = tuple(sorted(code for code in shares if code != "0"))
        matrix = np.array([[float(shares[n][i]) for i in codes] for n in codes])
        abroad = np.array([float(shares[n]["0"]) for n in codes])
        return Observed(codes, matrix, abroad, np.array([made[code] for code in codes]))
    except (OSError, KeyError, ValueError) as error:
        place, read = folder.name, Text(f"无法解读（{error}）", f"unreadable ({error})")
        remedy = Text("请恢复该文件夹，或不使用它。", "Restore the folder, or do without it.")
        fault = Fault("E101", place, read, Text("2007年贸易份额", "the trade shares of 2007"), remedy)
        raise DataFault([fault]) from error


def table(
    year: int,
    elasticity: float,
    found: Mapping[str, tuple[float, str]],
    size: Mapping[str, tuple[float, str]],
    date: str,
) -> Validation:
    """Set the statistics of the estimate beside those of size alone and the observed value."""
    rows = []
    for key, (value, region) in found.items():
        if key == "plate_share_observed":
            continue
        observed = found["plate_share_observed"][0] if key == "plate_share" else None
        alone = size[key][0] if key in size else None
        rows.append(ValidationRow(key, NAMES[key], value, alone, observed, region))
    return Validation(year, elasticity, tuple(rows), READING, date)


def stored(rows: Rows, year: int, elasticity: float) -> Validation:
    """Return the stored statistics of a year, with their date."""
    held: dict[float, dict[str, tuple[float, str]]] = {}
    dates: Sequence[str] = ()
    columns = ("year", "distance_elasticity", "statistic", "value", "region", "computed")
    for at, found, key, value, region, date in rows.rows(*columns):
        if at == year:
            held.setdefault(found, {})[key] = value, region or ""
            dates = [*dates, date]
    return table(year, elasticity, held.get(elasticity, {}), held.get(0.0, {}), max(dates, default=""))
