"""Compare the estimate with the observed shares of 2007 and store the statistics with their date.

Run from the repository: ``python scripts/compile_validation.py [TARGET]``. The observed matrix has no licence and
stays in the shared folder (``RONGHE_SHARED``); only these statistics ship.
"""

from __future__ import annotations

import csv
import os
import sys
from datetime import date
from pathlib import Path

import numpy as np

from ronghe.data.embedded import YEARS, Estimate, figures_of
from ronghe.data.facts import read_facts
from ronghe.data.validation import Observed, read_observed, statistics

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RONGHE_SHARED", REPOSITORY.parent / "shared")) / "data" / "china_trade_migration_30"
TARGET = REPOSITORY / "src" / "ronghe" / "data" / "facts" / "validation.csv"
ELASTICITIES = (0.8, 0.33, 0.0)
SEED, DRAWS = 1, 1000
DRAWN = ("log_correlation", "home_error")

Row = tuple[int, float, str, float, str]


def rows_of(year: int, observed: Observed, draws: int) -> list[Row]:
    """Return the statistics of one year: at three distance elasticities, and 5-95 % over the draws."""
    facts = read_facts()
    maker = Estimate(facts, figures_of(facts), year)
    found = maker.compared(observed, ELASTICITIES)
    rows = [(year, delta, key, value, region) for delta in found for key, (value, region) in found[delta].items()]
    drawn = [statistics(one, observed, maker.plate_of) for one in maker.draws(draws, SEED)]
    for key in DRAWN:
        for name, percent in (("low", 5), ("high", 95)):
            value = float(np.percentile([one[key][0] for one in drawn], percent))
            rows.append((year, ELASTICITIES[0], f"draws_{key}_{name}", value, ""))
    return rows


def main(target: Path) -> None:
    """Write the table."""
    observed = read_observed(SHARED)
    rows = [row for year in YEARS for row in rows_of(year, observed, DRAWS)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("year", "distance_elasticity", "statistic", "value", "region", "computed"))
        today = date.today().isoformat()
        writer.writerows((y, d, key, f"{value:.6f}", region, today) for y, d, key, value, region in rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
