"""Convergence: do poorer regions grow faster, does the spread shrink, do regions change places.

With y_i0 and y_iT income per head at both ends of T years, and log t on a relative path h_it = y_it / mean_t:

    sigma   sd (n - 1) of ln y over regions, year by year
    beta    (ln y_iT - ln y_i0) / T = a + beta ln y_i0 + u_i             beta < 0: poorer regions grew faster
    log t   ln(H_1/H_t) - 2 ln ln t = a + b ln t + u_t,  t = [0.3 T]..T  H_t = mean over i of (h_it - 1)^2
            convergence is rejected where the statistic of b is below -1.65

Log t wants the trend of income, not its cycle; its error is the long-run variance of u over the spread of ln t.
That poorer regions grow faster does not by itself shrink the spread: beta and sigma are read side by side.

References
----------
.. [1] R. J. Barro, X. Sala-i-Martin, "Convergence", 1992.
.. [2] P. C. B. Phillips, D. Sul, "Transition Modeling and Econometric Convergence Tests", 2007.
.. [3] D. W. K. Andrews, "Heteroskedasticity and Autocorrelation Consistent Covariance Matrix Estimation", 1991
   (quadratic spectral kernel, bandwidth of a first-order autoregression).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from ronghe.base.arrays import Floats
from ronghe.base.errors import NotIdentified
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.wrong import refuse
from ronghe.measure.wrong_values import names_of, wrong_values

DISCARDED = 0.3
"""Share of the first periods that log t leaves out [2]_."""
CRITICAL = -1.65
FEWEST_PERIODS = 10
"""The shortest panel for which the test was tried [2]_."""
FEWEST_UNITS = 3
STEADIEST = 0.97
"""Bound on the autoregression that sets the bandwidth [3]_."""
ALIKE = 1e-12
"""Below this share of its level a difference is rounding."""
Verdict = Literal["convergence not rejected", "convergence rejected"]


@dataclass(frozen=True, slots=True)
class Beta:
    """Growth on the initial level, by ordinary least squares.

    Attributes
    ----------
    slope, error : float
        beta and its standard error, a year.
    interval : Spread
        5 to 95 % of beta, Student's t with n - 2.
    intercept, fit : float
        a, and R squared.
    speed : float
        Share of the gap closed a year in continuous time, -ln(1 + beta T) / T; NaN where 1 + beta T is not above 0.
    units : int
    years : float
        T.
    """

    slope: float
    error: float
    interval: Spread
    intercept: float
    fit: float
    speed: float
    units: int
    years: float


@dataclass(frozen=True, slots=True, eq=False)
class LogT:
    """Phillips and Sul's regression.

    Attributes
    ----------
    dispersion : array, shape (period,)
        H.
    slope, error, statistic : float
        b, its error by the long-run variance, and their ratio.
    interval : Spread
        5 to 95 % of b, normal.
    first : int
        The first period used, counted from 1.
    verdict : {"convergence not rejected", "convergence rejected"}
    """

    dispersion: Floats
    slope: float
    error: float
    statistic: float
    interval: Spread
    first: int
    verdict: Verdict


def sigma(*, values: Floats, units: Sequence[str] = ()) -> Floats:
    """Return the standard deviation (n - 1) of log income over units, shape (year,).

    Parameters
    ----------
    values : array, shape (unit, year)
        Income per head, above 0.
    units : sequence of str
        Names for messages.

    Raises
    ------
    ParameterFault
        If a figure is missing or not above 0, or there are fewer than two units.

    Examples
    --------
    >>> sigma(values=np.exp(np.array([[1.0, 1.0], [3.0, 1.0]]))).round(6)
    array([1.414214, 0.      ])
    """
    names = names_of(units, values)
    refuse(wrong_values("values", np.asarray(values), names, "positive", axes=2) + _too_few(len(names), 2))
    return np.asarray(np.log(values).std(axis=0, ddof=1), dtype=np.float64)


def beta(*, first: Floats, last: Floats, years: float, units: Sequence[str] = ()) -> Beta:
    """Return the regression of yearly growth on the initial level.

    Parameters
    ----------
    first, last : array, shape (unit,)
        Income per head at both ends, above 0, at the same prices.
    years : float
        Years between them.
    units : sequence of str

    Raises
    ------
    ParameterFault
    NotIdentified
        If all units start alike.
    """
    names = names_of(units, first)
    faults = wrong_values("first", np.asarray(first), names, "positive")
    faults += wrong_values("last", np.asarray(last), names, "positive") + _too_few(len(names), FEWEST_UNITS)
    if not 0 < years < np.inf:
        faults.append(Text(f"years 应大于0，读到 {years}。", f"years must be above 0; read {years}."))
    refuse(faults)
    start = np.log(first)
    growth = (np.log(last) - start) / years
    if start.std() <= ALIKE * max(1.0, float(np.abs(start).max())):
        raise NotIdentified("convergence", Text("各单元的起点相同", "All units start alike"), ("panel",))
    centre = start - start.mean()
    slope = float(centre @ growth / (centre @ centre))
    residual = growth - growth.mean() - slope * centre
    free = len(names) - 2
    error = float(np.sqrt(residual @ residual / free / (centre @ centre)))
    reach = float(stdtrit(free, 0.95)) * error
    spread = growth - growth.mean()
    return Beta(
        slope=slope,
        error=error,
        interval=Spread("interval", slope - reach, slope + reach),
        intercept=float(growth.mean() - slope * start.mean()),
        fit=float(1 - residual @ residual / (spread @ spread)) if np.any(spread) else float("nan"),
        speed=float(-np.log1p(slope * years) / years) if slope * years > -1 else float("nan"),
        units=len(names),
        years=years,
    )


def log_t(*, values: Floats, units: Sequence[str] = ()) -> LogT:
    """Return the log t test of convergence.

    Parameters
    ----------
    values : array, shape (unit, period)
        Trend of income per head, above 0, one column a year without gaps.
    units : sequence of str

    Raises
    ------
    ParameterFault
    NotIdentified
        With fewer than ten periods, or where all units are alike in some period: there is no gap left to close.
    """
    held, names = np.asarray(values, dtype=np.float64), names_of(units, values)
    refuse(wrong_values("values", held, names, "positive", axes=2) + _too_few(len(names), 2))
    periods = held.shape[1]
    if periods < FEWEST_PERIODS:
        raise NotIdentified("convergence", _short(periods), ("panel",))
    dispersion = np.asarray(((held / held.mean(axis=0) - 1) ** 2).mean(axis=0), dtype=np.float64)
    if dispersion.min() <= ALIKE**2:
        raise NotIdentified("convergence", Text("有的年份各单元完全相同", "All units are alike in some period"))
    first = max(int(DISCARDED * periods), 2)
    at = np.arange(first, periods + 1)
    outcome = np.log(dispersion[0] / dispersion[at - 1]) - 2 * np.log(np.log(at))
    centre = np.log(at) - np.log(at).mean()
    slope = float(centre @ outcome / (centre @ centre))
    residual = outcome - outcome.mean() - slope * centre
    error = float(np.sqrt(long_run_variance(residual) / (centre @ centre)))
    statistic = slope / error if error > 0 else float(np.sign(slope) * np.inf)
    reach = -CRITICAL * error
    return LogT(
        dispersion=dispersion,
        slope=slope,
        error=error,
        statistic=statistic,
        interval=Spread("interval", slope - reach, slope + reach),
        first=first,
        verdict="convergence rejected" if statistic < CRITICAL else "convergence not rejected",
    )


def long_run_variance(series: Floats) -> float:
    """Return the long-run variance of a series of mean 0: quadratic spectral kernel, bandwidth by Andrews [3]_."""
    number = len(series)
    if not np.any(series):
        return 0.0
    own = series[:-1] @ series[:-1]
    rho = float(np.clip(series[1:] @ series[:-1] / own, -STEADIEST, STEADIEST)) if own > 0 else 0.0
    bandwidth = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * number) ** 0.2
    found = float(series @ series) / number
    if bandwidth == 0:
        return found
    for lag in range(1, number):
        angle = 6 * np.pi * lag / bandwidth / 5
        weight = 3 / angle**2 * (np.sin(angle) / angle - np.cos(angle))
        found += 2 * float(weight) * float(series[lag:] @ series[:-lag]) / number
    return max(found, 0.0)


def _too_few(units: int, fewest: int) -> list[Text]:
    if units >= fewest:
        return []
    return [Text(f"至少需要{fewest}个单元，读到{units}个。", f"At least {fewest} units are needed; read {units}.")]


def _short(periods: int) -> Text:
    return Text(
        f"log t 检验至少需要{FEWEST_PERIODS}期，只有{periods}期",
        f"The log t test needs at least {FEWEST_PERIODS} periods; there are {periods}",
    )
