"""Before normalisation: denominators, screening of units, imputation. Each stage says what it changed.

References
----------
.. [1] OECD, JRC, "Handbook on Constructing Composite Indicators", 2008, steps 2 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.measure.index.metadata import Metadata
from ronghe.measure.index.recipe import Denominate, Impute, Screen


def denominate(values: Floats, stage: Denominate, data: Metadata, denominators: Mapping[str, Floats]) -> Floats:
    """Return indicators over their denominators; a denominator that is 0 or missing leaves nothing.

    Parameters
    ----------
    values : array, shape (unit, indicator)
    denominators : mapping of code to array, shape (unit,)
    """
    made = values.copy()
    for at, code in enumerate(data.indicators):
        under = data.by_code[code].denominator
        if under:
            by = denominators[under] if under in denominators else values[:, data.indicators.index(under)]
            there = np.isfinite(by) & (by != 0)
            made[:, at] = np.divide(values[:, at] * stage.scale, by, out=np.full(len(by), np.nan), where=there)
    return made


def screen(values: Floats, stage: Screen, data: Metadata, units: Sequence[str]) -> Bools:
    """Return which units stay: those with enough data, and those that are forced in, but none that is forced out.

    Raises
    ------
    ParameterFault
        For unknown units, and where fewer than two would stay.
    """
    unknown = [one for one in (*stage.keep, *stage.drop) if one not in units]
    if unknown:
        shown = "、".join(unknown), ", ".join(unknown)
        raise ParameterFault(Text(f"screen：数据中没有 {shown[0]}。", f"screen: the data have no {shown[1]}."))
    there = np.isfinite(values)
    if stage.by == "nonzero":
        there &= values != 0
    effective = data.effective_weights()
    weights = np.array([effective[code] if stage.by == "weight" else 1.0 for code in data.indicators])
    kept: Bools = (there * weights).sum(axis=1) / weights.sum() >= stage.share - 1e-12
    for at, unit in enumerate(units):
        kept[at] = (kept[at] or unit in stage.keep) and unit not in stage.drop
    if kept.sum() < 2:
        raise ParameterFault(Text(f"screen 之后只剩{int(kept.sum())}个单元，至少要有2个。",
                                  f"screen leaves {int(kept.sum())} units; 2 are needed."))  # fmt: skip
    return kept


def impute(
    values: Floats,
    stage: Impute,
    data: Metadata,
    groups: Mapping[str, Sequence[str]],
    history: Sequence[Floats] = (),
) -> Floats:
    """Return the table with missing cells filled as the stage says; whole columns without a value are faults.

    Parameters
    ----------
    history : sequence of array, shape (unit, indicator)
        The periods before this one, the oldest first, for ``carry`` and ``linear``.

    Raises
    ------
    ParameterFault
        Every indicator, or group of one, that has no value to fill from.
    """
    missing = np.isnan(values)
    if stage.method == "constant":
        return np.where(missing, stage.value, values)
    if stage.method in ("carry", "linear"):
        filled = _over_time(values, history, linear=stage.method == "linear")
    else:
        filled = _by_group(values, stage, groups)
    made = np.where(missing, filled, values)
    lacking = [code for at, code in enumerate(data.indicators) if np.isnan(made[:, at]).any()]
    if lacking:
        shown = "、".join(lacking), ", ".join(lacking)
        raise ParameterFault(
            Text(f"impute（{stage.method}）：{shown[0]} 有一组没有任何数值，无从填补。",
                 f"impute ({stage.method}): {shown[1]} has a group without a value to fill from.")
        )  # fmt: skip
    return made


def _by_group(values: Floats, stage: Impute, groups: Mapping[str, Sequence[str]]) -> Floats:
    centre = np.nanmedian if stage.method.endswith("median") else np.nanmean
    labels = ["" for _ in values]
    if stage.method.startswith("group"):
        if stage.group not in groups:
            known = ", ".join(groups) or "—"
            raise ParameterFault(Text(f"impute：没有分组“{stage.group}”，可用 {known}。",
                                      f'impute: there is no group "{stage.group}"; known: {known}.'))  # fmt: skip
        labels = list(groups[stage.group])
    filled = np.full(values.shape, np.nan)
    for label in dict.fromkeys(labels):
        rows = np.array([one == label for one in labels])
        part = values[rows]
        there = np.isfinite(part).any(axis=0)
        filled[np.ix_(rows, there)] = centre(part[:, there], axis=0)
    return filled


def _over_time(values: Floats, history: Sequence[Floats], *, linear: bool) -> Floats:
    """Return the last value before, or the line through the last two carried on by a period."""
    filled = np.full(values.shape, np.nan)
    before = np.full(values.shape, np.nan)
    gap, since = np.zeros(values.shape), np.zeros(values.shape)
    for table in history:
        there = np.isfinite(table)
        gap = np.where(there, since, gap)
        before = np.where(there, filled, before)
        filled = np.where(there, table, filled)
        since = np.where(there, 1.0, since + 1.0)
    if not linear:
        return filled
    step = np.divide(filled - before, gap, out=np.zeros_like(gap), where=(gap > 0) & np.isfinite(before))
    return np.asarray(filled + step * since, dtype=np.float64)
