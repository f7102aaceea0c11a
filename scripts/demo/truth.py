"""The record of what was planted and what follows from it: ``truth.json``, bilingual labels, 12 digits.

Only tests and documentation read it; no computing room does.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from demo import answers, people, planted
from demo.arith import Floats
from demo.planted import AREAS, BLOCKS, PLACES, SECTORS, UNITS

HERE = Path(__file__).resolve().parent


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _definitions() -> dict[str, dict[str, str]]:
    with (HERE / "definitions.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: _text(row["zh"], row["en"]) for row in csv.DictReader(file)}


HEAD_RIES = "-1/2 ln(X_ni X_in / (X_nn X_ii)) - 0.8 (ln km_ni - 1/2 ln km_nn - 1/2 ln km_ii) on trade_exact"
RE_SOLVED = "levels model re-solved, residual 1e-13"
DIFFERENCES = "central differences of ln k at 1e-3 and 5e-4 on the levels model, Richardson"
TOLERANCES = {
    "walls_head_ries": (1e-6, "log points, mean of both directions", HEAD_RIES),
    "gains": (1e-6, "relative to the area's total of the column", RE_SOLVED),
    "depth": (1e-6, "absolute, D", RE_SOLVED + ", for each world and theta"),
    "blocked_points": (1e-5, "relative", DIFFERENCES),
    "game_cut_10_percent": (1e-6, "relative to v(N)", "one levels solve for each coalition; Shapley over all orders"),
    "migration": (1.0, "persons a cell, plus 1e-6 of it", "logit formula at the planted wedges, rounded home by home"),
}


def record(
    plan: planted.Planted, years: dict[int, answers.Year], settled: dict[int, people.People], homes: Floats
) -> dict[str, Any]:
    """Return the whole record as plain values."""
    return {
        "title": _text("演示数据的已知真值", "Known truth of the demonstration data"),
        "status": "demonstration",
        "generator": {"version": planted.VERSION, "seed": planted.SEED, "base_year": 3},
        "equations": (HERE / "equations.txt").read_text(encoding="utf-8").splitlines(),
        "definitions": _definitions(),
        "planted": _planted(plan, years, settled, homes),
        "tolerances": {
            key: {"tolerance": size, "of": of, "method": method} for key, (size, of, method) in TOLERANCES.items()
        },
        "answers": answers.all_answers(years),
    }


def _planted(
    plan: planted.Planted, years: dict[int, answers.Year], settled: dict[int, people.People], homes: Floats
) -> dict[str, Any]:
    country = plan.country
    return {
        "theta": planted.THETA,
        "delta": planted.DELTA,
        "capital_share": planted.CAPITAL_SHARE,
        "kappa": people.KAPPA,
        "noise_sd": 0.05,
        "areas": {area: [BLOCKS[b] for b in blocks] for area, blocks in AREAS.items()},
        "blocks": {BLOCKS[b]: list(UNITS[3 * b : 3 * b + 3]) for b in range(8)},
        "walls": {
            "by_year": {str(t): _by_pair(y.walls) for t, y in years.items()},
            "sector_factor": dict(zip(SECTORS, planted.SECTOR_FACTOR.tolist(), strict=True)),
            "layer_shares": planted.LAYER_SHARES,
            "outside_mean": {
                area: {str(t): planted.outside_mean(y.walls, blocks) for t, y in years.items()}
                for area, blocks in AREAS.items()
            },
        },
        "barrier_abroad": dict(zip(UNITS, plan.barrier_abroad.tolist(), strict=True)),
        "log_technology": dict(zip(PLACES, country.technology.tolist(), strict=True)),
        "capital": dict(zip(PLACES, country.factors[1].tolist(), strict=True)),
        "land": dict(zip(PLACES, country.factors[2].tolist(), strict=True)),
        "tax_rate": dict(zip(PLACES, country.tax_rate.tolist(), strict=True)),
        "consumption_share": dict(zip(PLACES, country.consumption_share.tolist(), strict=True)),
        "hukou": _by_pair(plan.hukou),
        "registered_persons": dict(zip(UNITS, homes.tolist(), strict=True)),
        "amenities": {str(t): dict(zip(UNITS, p.amenities.tolist(), strict=True)) for t, p in settled.items()},
        "log_migration_wedges": np.asarray(people.wedges(plan)).tolist(),
    }


def _by_pair(matrix: Floats) -> dict[str, float]:
    return {
        f"{BLOCKS[n]}>{BLOCKS[i]}": round(float(matrix[n, i]), 12) for n in range(8) for i in range(8) if n != i
    }  # fmt: skip
