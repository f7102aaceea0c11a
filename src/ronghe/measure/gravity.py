"""Gravity: flows between units by Poisson pseudo-maximum likelihood (PPML), with border effects.

Two units exchange more the larger they are and the nearer they lie; what a border takes away beyond that is its
effect. For the flow F from origin u to destination v in period t, with covariates Z (log distance, contiguity, ...)
and border dummies D,

    E[F_uvt] = exp(a_ut + b_vt [+ c_uv] + gamma Z_uvt + beta D_uvt)

a and b are effects of every origin and destination in every period, c of every pair where a panel is asked for them.
beta < 0 is a wall; exp(beta) is the share of flow that crosses it, all else equal. Zero flows stay in. Errors are
clustered by origin and by destination together, by one small-sample convention (:data:`CONVENTION`). With few units
they are too small: for 24 to 50 units such intervals hold the truth in 76 to 84 % of draws. So no interval is narrower
than the noise of single flows makes it; then it is 83 to 90 %. A fit that did not converge has no coefficients.

References
----------
.. [1] J. M. C. Santos Silva, S. Tenreyro, "The Log of Gravity", 2006, eq. 15.
.. [2] S. Correia, P. Guimarães, T. Zylkin, "Verifying the Existence of Maximum Likelihood Estimates for Generalized
   Linear Models", 2019 (separation).
.. [3] A. C. Cameron, J. Gelbach, D. Miller, "Robust Inference with Multiway Clustering", 2011.
.. [4] M. Weidner, T. Zylkin, "Bias and Consistency in Three-Way Gravity Models", 2021.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text, joined, same
from ronghe.measure.flow_noise import FlowNoise, flow_noise
from ronghe.measure.gravity_cells import Cells, cells_of
from ronghe.measure.gravity_fit import GravityFit

CONVENTION = {"k_adj": True, "k_fixef": "nonnested", "G_adj": True, "G_df": "min"}
"""Small-sample convention: (n - 1)/(n - k) G/(G - 1), G the smaller number of clusters, nested effects not in k."""
STEPS = 100
TOLERANCE = 1e-12
"""Relative change of the deviance at which the search ends."""
DEMEANED = 1e-10
FEW_CLUSTERS, FEW_UNITS = 20, 50


def gravity(
    *,
    flows: Floats,
    covariates: Mapping[str, Floats],
    borders: Mapping[str, Floats | Bools],
    units: Sequence[str] = (),
    pair_effects: bool = False,
    clusters: Ints | Sequence[int] | None = None,
    steps: int = STEPS,
) -> GravityFit:
    """Fit a gravity equation by PPML.

    Parameters
    ----------
    flows : array, shape (origin, destination) or (period, origin, destination)
        Any unit, not negative; 0 is an observed zero, NaN is unknown. The diagonal is kept where it is known.
    covariates : mapping of name to array
        Shape of the flows or of one period: log distance, contiguity, ...; each is centred.
    borders : mapping of name to array
        Dummies of borders, see :mod:`ronghe.measure.border_dummies`.
    units : sequence of str, optional
        Names of the units, for the notes.
    pair_effects : bool
        Effects of every pair, in a panel; what does not vary over time is then absorbed.
    clusters : array of int, shape (unit,), optional
        Cluster of every unit; the unit itself if left out.
    steps : int
        Most steps of the search.

    Raises
    ------
    ParameterFault
        With all faults of the input.
    NotIdentified
        If no border (without borders: no covariate) can be told apart from the effects.
    """
    cells = cells_of(flows, covariates, borders, units, pair_effects, clusters)
    names, chosen = (*covariates, *borders), tuple(borders)
    unidentified = dict(cells.unidentified)
    _refuse(cells, names, chosen, unidentified)
    found = _estimate(cells, pair_effects, steps)
    if found is None or not found.convergence:
        return _stopped(cells, names, chosen, unidentified, steps, pair_effects)
    kept = [int(name[1:]) for name in found._coefnames]
    solution, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    solution[kept], covariance[np.ix_(kept, kept)] = found._beta_hat, found._vcov
    cells = cells.without(np.asarray(found._data["cell"], dtype=np.int64))
    for at in set(range(len(names))) - set(kept):
        unidentified.setdefault(names[at], _LEFT_OUT)
    _refuse(cells, names, chosen, unidentified)
    covariance, repaired = _positive(covariance)
    eta = np.asarray(found.predict(type="link"), dtype=np.float64) + np.log(cells.scale)
    noise, noisy = _noise(cells, np.exp(eta), kept)
    origins, destinations, pairs = cells.effects(eta - cells.given() @ solution)
    return GravityFit(
        names=names,
        borders=chosen,
        coefficients=np.where([name in unidentified for name in names], np.nan, solution),
        solution=solution,
        covariance=covariance,
        noise_covariance=noisy,
        noise=noise,
        unidentified=unidentified,
        cells=cells,
        origin_effects=origins,
        destination_effects=destinations,
        pair_effects=pairs,
        fitted=cells.spread_out(np.exp(eta)),
        converged=True,
        outcome=Text("迭代收敛。", "The search converged."),
        clusters=cells.clusters,
        notes=_notes(cells, unidentified, pair_effects, repaired),
    )


_LEFT_OUT = Text("估计程序将其作为共线变量略去", "the estimator left it out as a mix of others")


def _noise(cells: Cells, expected: Floats, kept: list[int]) -> tuple[FlowNoise | None, Floats]:
    """Return the noise law of flows and the covariance it gives the coefficients: B X'VX B, B = (X' mu X)^-1."""
    count = cells.design.shape[1]
    try:
        law = flow_noise(flows=cells.flow, expected=expected, free=len(expected) - cells.effect_count - len(kept))
    except NotIdentified:
        return None, np.full((count, count), np.nan)
    within = cells.within(cells.design[:, kept], expected)
    bread = np.linalg.inv(within.T @ (expected[:, None] * within))
    found = np.zeros((count, count))
    found[np.ix_(kept, kept)] = bread @ (within.T @ (law.variance(expected)[:, None] * within)) @ bread
    return law, found


def _estimate(cells: Cells, pair_effects: bool, steps: int) -> Any:
    """Run pyfixest; None where it gave up by itself.

    Its own checks for separation are left out: one sees effects only, the other takes minutes on small tables with
    many zeros. Separated cells are gone before (:mod:`ronghe.measure.separation`).
    """
    import pandas as pd
    import pyfixest
    from pyfixest.demeaners import MapDemeaner

    columns = {f"x{at}": column for at, column in enumerate(cells.design.T)}
    table = pd.DataFrame({"flow": cells.flow / cells.scale, "cell": cells.at, **columns, **cells.labels()})
    effects = "origin + destination" + (" + pair" if pair_effects else "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = pyfixest.fepois(
                f"flow ~ {' + '.join(columns)} | {effects}",
                table,
                vcov={"CRV1": "sender + receiver"},
                ssc=pyfixest.ssc(**CONVENTION),
                separation_check=[],
                iwls_maxiter=steps,
                iwls_tol=TOLERANCE,
                demeaner=MapDemeaner(fixef_tol=DEMEANED, fixef_maxiter=100_000),
            )
        except np.linalg.LinAlgError:
            found = None
        except ValueError as fault:
            if "emeaning" not in str(fault):
                raise
            found = None
    return found


def _stopped(
    cells: Cells,
    names: tuple[str, ...],
    borders: tuple[str, ...],
    unidentified: Mapping[str, Text],
    steps: int,
    pair_effects: bool,
) -> GravityFit:
    nothing = np.full(len(names), np.nan)
    blank = np.full(cells.shape[:2], np.nan)
    said = Text(
        f"迭代{steps}步未收敛，没有估计值；请提高 steps，或检查是否有变量几乎只在零流量上取值。",
        f"The search stopped at {steps} steps without converging: no estimate. "
        "Raise steps, or look for a regressor that is not 0 almost only on zero flows.",
    )
    return GravityFit(
        names=names,
        borders=borders,
        coefficients=nothing,
        solution=nothing,
        covariance=np.full((len(names), len(names)), np.nan),
        noise_covariance=np.full((len(names), len(names)), np.nan),
        noise=None,
        unidentified=unidentified,
        cells=cells,
        origin_effects=blank,
        destination_effects=blank,
        pair_effects=np.full(cells.shape[1:], np.nan) if pair_effects else None,
        fitted=np.full(cells.shape, np.nan),
        converged=False,
        outcome=said,
        clusters=cells.clusters,
        notes=(said,),
    )


def _refuse(cells: Cells, names: tuple[str, ...], borders: tuple[str, ...], missing: Mapping[str, Text]) -> None:
    """Raise :class:`NotIdentified` where nothing that was asked for is left."""
    asked = borders or names
    if asked and all(name in missing for name in asked):
        reason = joined([same(name) + Text("：", ": ") + missing[name] for name in asked])
        raise NotIdentified("pair_walls", reason, ("trade",))


def _positive(covariance: Floats) -> tuple[Floats, bool]:
    """Return the nearest covariance without negative eigenvalues [3]_, and whether it had any."""
    values, vectors = np.linalg.eigh(covariance)
    low = float(values.min(initial=0.0))
    if low >= -1e-12 * float(values.max(initial=1e-300)):
        return covariance, False
    return (vectors * np.maximum(values, 0.0)) @ vectors.T, True


def _notes(cells: Cells, unidentified: Mapping[str, Text], pair_effects: bool, repaired: bool) -> tuple[Text, ...]:
    said = list(cells.notes())
    said += [Text(f"{name}：{why.zh}。", f"{name}: {why.en}.") for name, why in unidentified.items()]
    if cells.clusters < FEW_CLUSTERS:
        said.append(
            Text(
                f"只有{cells.clusters}个聚类（少于{FEW_CLUSTERS}个），区间偏窄。",
                f"Only {cells.clusters} clusters (fewer than {FEW_CLUSTERS}): intervals are too narrow.",
            )
        )
    if pair_effects and cells.shape[1] < FEW_UNITS:
        said.append(
            Text(
                f"带地区对效应的模型有 1/N 阶偏差；只有{cells.shape[1]}个单元（少于{FEW_UNITS}个）。",
                f"With effects of pairs the bias is of order 1/N; there are only {cells.shape[1]} units "
                f"(fewer than {FEW_UNITS}).",
            )
        )
    if repaired:
        said.append(
            Text("双向聚类方差的负特征值已置零。", "Negative eigenvalues of the two-way covariance were set to 0.")
        )
    return tuple(said)
