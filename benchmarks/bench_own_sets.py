"""A set of 2,841 counties from Parquet, checked and loaded; beside pandas, which reads the same cells unchecked."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import ronghe as rh
from ronghe.data.intake.register import divisions
from timing import interleaved, row

INDICATORS = ("fiscal_revenue", "fiscal_expenditure", "retail_sales", "rd_expenditure", "fiscal_exp_education")
YEARS = range(2019, 2024)


def write_facts(path: Path) -> int:
    """Write one row for each county, year and indicator; return how many."""
    import pyarrow as pa
    from pyarrow import parquet

    places = divisions().places.values()
    codes = [one.code for one in places if one.level == "county" and not one.valid_to and not one.valid_from]
    keys = [(code, year, name) for code in codes for year in YEARS for name in INDICATORS]
    region, year, indicator = zip(*keys, strict=True)
    count = len(keys)
    same = {"unit": "亿元", "status": "observed", "source": "synthetic"}
    table = pa.table({
        "region": region, "year": year, "indicator": indicator,
        "value": np.exp(np.random.default_rng(0).normal(3.0, 0.2, count)).round(2),
        **{name: [word] * count for name, word in same.items()},
    })  # fmt: skip
    parquet.write_table(table, path)
    return count


def main() -> None:
    """Measure loading, hashing and saving."""
    import pandas

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        count = write_facts(path)
        ours, peer = interleaved(
            [
                lambda: rh.load(path, allow_missing=True).content_hash,
                lambda: pandas.read_parquet(path).to_dict("records"),
            ],
            rounds=3,
        )
        row(f"load and hash {count:,} rows of 2,841 counties", ours, peer=peer, peer_name="pandas, unchecked", goal=5.0)
        data = rh.load(path, allow_missing=True)
        kept = Path(folder) / "set"
        again, _ = interleaved([lambda: rh.load(rh.data.save(data, kept)), lambda: None], rounds=3)
        row("save and reopen them", again)


main()
