"""Identities of a table: uses of every row and costs of every column are its output; totals are sums of their parts.

A gap of up to 0.5 % of output is handed on and noted; what is over is told, the worst first. Nothing is balanced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.text import Text, same
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.multiregional.figures import figures
from ronghe.data.intake.multiregional.plan import Plan, Total
from ronghe.data.multiregional import MultiRegional

TOLERANCE = 0.005
"""Of output, from DATA 4.3: what published tables leave over by rounding and balancing."""

WORST = 10

ROUNDING = 1e-12
"""Shares of output that adding up floats leaves over."""


def hold(table: MultiRegional, plan: Plan, arrays: Mapping[str, Floats], found: Findings, *, broken: bool) -> None:
    """Tell every identity that does not hold.

    Parameters
    ----------
    broken : bool
        Whether figures are missing already, where the direction is not asked for.
    """
    uses, costs = table.gaps
    output = table.output
    inputs = arrays["inputs"].reshape(output.shape) if "inputs" in arrays else output
    sides = [
        ("E501_uses", uses, output, lambda at: table.place("output", at) or table.place("intermediate", (*at, 0, 0))),
        ("E501_output", inputs - output, output, lambda at: table.place("inputs", at)),
        ("E501_costs", costs + output - inputs, inputs,
         lambda at: table.place("inputs", at) or table.place("output", at)),
    ]  # fmt: skip
    over = [_over(gap, base) for _, gap, base, _ in sides]
    if any(mask.any() for mask in over) and not broken and _turned(table):
        found.add("E115_turned", plan.sheets[0].title)
    for (case, gap, base, place), mask in zip(sides, over, strict=True):
        _tell(case, gap, base, mask, place, table, plan, found)
    if not any(mask.any() for mask in over):
        _note(table, max((uses, costs), key=lambda gap: float(np.nanmax(_share(gap, output)))), plan, found)
    for total in plan.totals:
        _total(total, table, arrays, found)


def _share(gap: Floats, base: Floats) -> Floats:
    """Return gaps as shares of output; where there is no output any gap is over every tolerance."""
    small = 1e-9 * max(float(np.nanmax(np.abs(base), initial=0.0)), 1e-300)
    away = np.where(np.abs(gap) > small, np.inf, 0.0)
    return np.where(base > 0, np.abs(gap) / np.where(base > 0, base, 1.0), away)


def _over(gap: Floats, base: Floats) -> Bools:
    return np.nan_to_num(_share(gap, base), nan=0.0, posinf=np.inf) > TOLERANCE


def _turned(table: MultiRegional) -> bool:
    """Whether a table that does not add up does so with sellers in columns."""
    flows = table.intermediate.sum(axis=(0, 1)) - table.intermediate.sum(axis=(2, 3))
    uses, costs = table.gaps
    return not (_over(uses + flows, table.output).any() or _over(costs - flows, table.output).any())


def _tell(
    case: str, gap: Floats, base: Floats, over: Bools, place: Callable[[tuple[int, ...]], str], table: MultiRegional,
    plan: Plan, found: Findings,
) -> None:  # fmt: skip
    there = [tuple(map(int, at)) for at in np.argwhere(over)]
    share = _share(gap, base)
    there.sort(key=lambda at: (-share[at], -abs(gap[at])))
    for at in there[:WORST]:
        found.add(case, place(at), who=_who(table, at), output=same(f"{base[at]:.10g}"),
                  sum=same(f"{base[at] + gap[at]:.10g}"), share=same(_percent(float(share[at]))))  # fmt: skip
    if len(there) > WORST:
        found.add("E501_more", plan.sheets[0].title, count=len(there) - WORST, shown=WORST)


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if np.isfinite(share) else "∞"


def _who(table: MultiRegional, at: tuple[int, ...]) -> Text:
    sector = table.sectors[at[1]]
    return same(f"{table.regions[at[0]]} {table.sector_titles.get(sector, sector)}")


def _note(table: MultiRegional, gap: Floats, plan: Plan, found: Findings) -> None:
    share = np.nan_to_num(_share(gap, table.output))
    at = tuple(map(int, np.unravel_index(int(share.argmax()), share.shape)))
    if share[at] > ROUNDING:
        found.add("N005_gap", plan.sheets[0].title, who=_who(table, at), share=_percent(float(share[at])),
                  amount=same(f"{abs(gap[at]):.4g}"))  # fmt: skip


def _total(total: Total, table: MultiRegional, arrays: Mapping[str, Floats], found: Findings) -> None:
    """Tell the totals of a row or column that are the sum of none of what they may sum."""
    printed = figures(total.part, Findings())[:, 0]
    sums = _sums(total, table, arrays)
    if not sums:
        return
    count = table.intermediate.shape[0] * table.intermediate.shape[1]
    rounding = 0.5 * 10.0 ** -_decimals(printed) * count if _decimals(printed) < 6 else 0.0
    apart = [np.abs(one.ravel() - printed) > rounding + 1e-6 * np.abs(printed) for one in sums]
    # One total may be with or without exports or imports, but in one way for the whole line.
    best = min(range(len(apart)), key=lambda k: int(apart[k].sum()))
    for at in map(int, np.flatnonzero(apart[best] & np.isfinite(printed))[:1000]):
        row, column = (0, at) if total.part.turned else (at, 0)
        read = total.part.sheet.cell(total.part.rows[row], total.part.columns[column])
        found.add("E502_axis", total.part.place(at), who=_who(table, divmod(at, len(table.sectors))),
                  read=quoted(text_of(read)), total=same(f"{sums[best].ravel()[at]:.10g}"))  # fmt: skip


def _sums(total: Total, table: MultiRegional, arrays: Mapping[str, Floats]) -> list[Floats]:
    if total.item == "value_added" and total.across:
        return [table.value_added.sum(axis=0)]
    if total.item == "intermediate" and total.across:
        plain = table.intermediate.sum(axis=(0, 1))
        return [plain, plain + table.imports] if table.import_treatment == "separate" else [plain]
    if total.item == "intermediate":
        return [table.intermediate.sum(axis=(2, 3))]
    if total.item == "final" and not total.across:
        plain = table.final.sum(axis=(2, 3))
        return [plain, plain + table.exports]
    if total.item == "value_added":
        return [table.value_added.sum(axis=0)]
    return []


def _decimals(values: Floats) -> int:
    """Return how many decimals figures are printed with, 6 where there are more."""
    seen = values[np.isfinite(values)]
    return next((d for d in range(6) if np.allclose(seen, np.round(seen, d), rtol=0, atol=1e-9)), 6)
