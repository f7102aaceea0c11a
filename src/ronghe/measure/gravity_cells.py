"""Cells of a gravity equation: which flows it uses, which it leaves out and why, what its regressors can tell.

A cell is left out, and counted under its reason, where

    unknown     the flow or a regressor is not known
    no flow     its origin sends nothing, its destination receives nothing, or (with pair effects) its pair is empty
    separated   the equation can only say 0: a dummy that is 1 on zero flows alone, or a mix of regressors that is
    alone       it is the only cell of an effect, which then fits it exactly
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.base.text import Text
from ronghe.measure.gravity_effects import dummies, solve, untold
from ronghe.measure.separation import separated

REASONS = {
    "unknown": Text("流量或变量未知", "flow or regressor unknown"),
    "no flow": Text("来源或去向没有任何流量", "origin or destination without any flow"),
    "separated": Text("模型只能为零", "the equation can only say 0"),
    "alone": Text("所在效应只有这一格", "the only cell of an effect"),
}
_ONLY_ZERO = Text("只在零流量上取值，没有估计值", "it differs from 0 on zero flows alone, so it has no estimate")
_EMPTY = Text("没有一格取值", "it is 0 in every cell")
_ZERO = Text("所在各格流量都为零", "every flow on it is zero")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells and regressors of one equation.

    Attributes
    ----------
    shape : (int, int, int)
        Period, origin, destination.
    units : tuple of str
    regressors : array, shape (regressor, period, origin, destination)
        As given.
    at : array of int, shape (cell,)
        Positions of the cells used, in the order of ``flow``.
    flow : array, shape (cell,)
    design : array, shape (cell, regressor)
        Regressors at these cells, covariates centred.
    scale : float
        Mean flow.
    reasons : array of str, shape (period, origin, destination)
        "" where a cell is used.
    silent : tuple of (int, str, str)
        Period, ``origin`` or ``destination``, unit that sends or receives nothing.
    unidentified : mapping of name to Text
    counts : array of int, shape (regressor,)
        Cells used in which a regressor is not 0.
    groups : array of int, shape (unit,)
        Clusters.
    pair_effects : bool
    """

    shape: tuple[int, int, int]
    units: tuple[str, ...]
    regressors: Floats
    at: Ints
    flow: Floats
    design: Floats
    scale: float
    reasons: np.ndarray[tuple[int, ...], np.dtype[np.str_]]
    silent: tuple[tuple[int, str, str], ...]
    unidentified: Mapping[str, Text]
    counts: Ints
    groups: Ints
    pair_effects: bool

    @property
    def used(self) -> Bools:
        """Which cells are used, shape (period, origin, destination)."""
        return np.asarray(self.reasons == "", dtype=np.bool_)

    @property
    def clusters(self) -> int:
        """The smaller number of clusters."""
        labels = self.labels()
        return min(len(np.unique(labels["sender"])), len(np.unique(labels["receiver"])))

    @property
    def effect_count(self) -> int:
        """How many effects are estimated, less those that others imply."""
        labels = self.labels()
        names = ("origin", "destination", "pair") if self.pair_effects else ("origin", "destination")
        return sum(len(np.unique(labels[name])) for name in names) - self.shape[0]

    def given(self) -> Floats:
        """Return the regressors of the cells used as they were given, shape (cell, regressor)."""
        return self.regressors.reshape(len(self.regressors), -1)[:, self.at].T

    def labels(self) -> dict[str, Ints]:
        """Return effects and clusters of every cell used."""
        period, origin, destination = np.unravel_index(self.at, self.shape)
        count = self.shape[1]
        found = {"origin": period * count + origin, "destination": period * count + destination}
        if self.pair_effects:
            found["pair"] = origin * count + destination
        return found | {"sender": self.groups[origin], "receiver": self.groups[destination]}

    def without(self, kept: Ints) -> Cells:
        """Return the cells that an estimate kept; the others are separated or alone."""
        reasons, lost = self.reasons.copy(), ~np.isin(self.at, kept)
        reasons.flat[self.at[lost]] = np.where(self.flow[lost] > 0, "alone", "separated")
        left = ~lost
        counts = np.count_nonzero(self.given()[left], axis=0)
        return replace(self, at=self.at[left], flow=self.flow[left], design=self.design[left], reasons=reasons,
                       counts=counts.astype(np.int64))  # fmt: skip

    def effects(self, target: Floats) -> tuple[Floats, Floats, Floats | None]:
        """Split what effects explain into origins, destinations and pairs: the smallest solution."""
        labels, size = self.labels(), self.shape[0] * self.shape[1]
        found = solve(dummies(labels, self.shape, self.pair_effects), target)
        for offset, name in ((0, "origin"), (size, "destination"), (2 * size, "pair")):
            if name in labels:
                width = size if name != "pair" else self.shape[1] ** 2
                seen = np.zeros(width, dtype=np.bool_)
                seen[labels[name]] = True
                found[offset : offset + width][~seen] = np.nan
        pairs = found[2 * size :].reshape(self.shape[1:]) if self.pair_effects else None
        return found[:size].reshape(self.shape[:2]), found[size : 2 * size].reshape(self.shape[:2]), pairs

    def within(self, columns: Floats, weights: Floats) -> Floats:
        """Return what effects leave of columns, cells weighted, shape (cell, column)."""
        effects, root = dummies(self.labels(), self.shape, self.pair_effects), np.sqrt(weights)
        scaled = sparse.diags(root) @ effects
        left = [column - effects @ solve(scaled, root * column) for column in columns.T]
        return np.stack(left, axis=1)

    def spread_out(self, values: Floats) -> Floats:
        """Return values of the cells used as a table: 0 where only 0 can be said, NaN where nothing is known."""
        table = np.where(np.isin(self.reasons, ("no flow", "separated")), 0.0, np.nan)
        table.flat[self.at] = values
        return table

    def notes(self) -> tuple[Text, ...]:
        """Return what was left out, counted and named."""
        said = []
        for key, why in REASONS.items():
            count = int((self.reasons == key).sum())
            if count:
                said.append(Text(f"略去{count}格：{why.zh}。", f"{count} cells left out: {why.en}."))
        for role, zh, en in (("origin", "没有流出", "sends nothing"), ("destination", "没有流入", "receives nothing")):
            names = list(dict.fromkeys(unit for _, which, unit in self.silent if which == role))
            said += [Text(f"{name}{zh}。", f"{name} {en}.") for name in names]
        return tuple(said)


def cells_of(
    flows: Floats,
    covariates: Mapping[str, Floats],
    borders: Mapping[str, Floats | Bools],
    units: Sequence[str],
    pair_effects: bool,
    clusters: Ints | Sequence[int] | None,
) -> Cells:
    """Check the input of a gravity equation and choose its cells.

    Raises
    ------
    ParameterFault
        With all faults.
    NotIdentified
        With fewer than two units that send or that receive anything.
    """
    given = {**covariates, **borders}
    _check(flows, covariates, borders, units, clusters)
    table = np.asarray(flows, dtype=np.float64)
    table = table[None] if table.ndim == 2 else table
    regressors = np.array([np.broadcast_to(np.asarray(one, dtype=np.float64), table.shape) for one in given.values()])
    regressors = regressors.reshape(-1, *table.shape)
    labels = tuple(units) or tuple(str(at + 1) for at in range(table.shape[1]))
    reasons = np.full(table.shape, "", dtype="<U9")
    reasons[~np.isfinite(table) | ~np.isfinite(regressors).all(axis=0)] = "unknown"
    silent = _silence(reasons, np.where(reasons == "", table, 0.0), labels, pair_effects)
    missing = _zero_dummies(reasons, table, dict(zip(borders, regressors[len(covariates) :], strict=True)))
    at = np.flatnonzero(reasons == "").astype(np.int64)
    _require_trade(at, table.shape)
    held = Cells(
        shape=(table.shape[0], table.shape[1], table.shape[2]),
        units=labels,
        regressors=regressors,
        at=at,
        flow=table.flat[at],
        design=_centred(regressors.reshape(len(regressors), -1)[:, at].T, len(covariates)),
        scale=1.0,
        reasons=reasons,
        silent=silent,
        unidentified=missing,
        counts=np.count_nonzero(regressors.reshape(len(regressors), -1)[:, at], axis=1).astype(np.int64),
        groups=np.arange(len(labels)) if clusters is None else np.asarray(clusters, dtype=np.int64),
        pair_effects=pair_effects,
    )
    ends = held.labels()
    told = untold(held.design, dummies(ends, held.shape, pair_effects), tuple(given), missing)
    held = _without_separated(held)
    later = untold(held.design, dummies(held.labels(), held.shape, pair_effects), tuple(given), {**missing, **told})
    found = {**missing, **told, **dict.fromkeys(later, _ONLY_ZERO)}
    return replace(held, scale=float(held.flow.mean()), unidentified=found)


def _require_trade(at: Ints, shape: tuple[int, ...]) -> None:
    _, origins, destinations = np.unravel_index(at, shape)
    if min(len(np.unique(origins)), len(np.unique(destinations))) < 2:
        reason = Text(
            "有流出或有流入的单元不足两个", "fewer than two units send anything, or fewer than two receive anything"
        )
        raise NotIdentified("pair_flows", reason, ("trade",))


def _without_separated(held: Cells) -> Cells:
    effects = dummies(held.labels(), held.shape, held.pair_effects)
    lost = separated(held.design, effects, held.flow > 0, pairs=held.pair_effects)
    return held.without(held.at[~lost]) if lost.any() else held


def _centred(columns: Floats, covariates: int) -> Floats:
    design = columns.copy()
    design[:, :covariates] -= design[:, :covariates].mean(axis=0)
    return design


def _silence(
    reasons: np.ndarray[tuple[int, ...], np.dtype[np.str_]], known: Floats, units: tuple[str, ...], pairs: bool
) -> tuple[tuple[int, str, str], ...]:
    """Mark cells of origins, destinations and pairs without any flow; return the units."""
    sent, received = known.sum(axis=2) > 0, known.sum(axis=1) > 0
    empty = ~sent[:, :, None] | ~received[:, None, :]
    if pairs:
        empty = empty | ~(known.sum(axis=0) > 0)
    reasons[empty & (reasons == "")] = "no flow"
    found = [(int(t), "origin", units[u]) for t, u in np.argwhere(~sent)]
    return (*found, *((int(t), "destination", units[v]) for t, v in np.argwhere(~received)))


def _zero_dummies(
    reasons: np.ndarray[tuple[int, ...], np.dtype[np.str_]], flows: Floats, borders: Mapping[str, Floats]
) -> dict[str, Text]:
    """Take out borders that no flow crosses, with their cells; return their names."""
    missing = {}
    for name, dummy in borders.items():
        on = (dummy != 0) & (reasons == "")
        if not on.any():
            missing[name] = _ZERO if (reasons[dummy != 0] == "no flow").any() else _EMPTY
        elif not flows[on].any():
            reasons[on] = "separated"
            missing[name] = _ZERO
    return missing


def _check(
    flows: Floats,
    covariates: Mapping[str, Floats],
    borders: Mapping[str, Floats | Bools],
    units: Sequence[str],
    clusters: Ints | Sequence[int] | None,
) -> None:
    """Tell every fault of the input at once."""
    table, faults = np.asarray(flows, dtype=np.float64), []
    if table.ndim not in (2, 3) or table.shape[-1] != table.shape[-2] or not table.size:
        faults.append(
            Text(
                f"flows 的形状应为（来源，去向）或（时期，来源，去向），两个单元轴等长；读到 {table.shape}。",
                "flows must have shape (origin, destination) or (period, origin, destination), both axes of units "
                f"alike; read {table.shape}.",
            )
        )
    wrong = int((table < 0).sum() + np.isinf(table).sum())
    if wrong:
        faults.append(
            Text(
                f"有{wrong}个流量为负或无穷；未知请留 NaN。",
                f"{wrong} flows are negative or infinite; leave NaN if unknown.",
            )
        )
    for name, values in {**covariates, **borders}.items():
        shape = np.shape(values)
        if shape not in (table.shape, table.shape[-2:]):
            faults.append(
                Text(
                    f"{name} 的形状应与流量相同，读到 {shape}。",
                    f"{name} must have the shape of the flows; read {shape}.",
                )
            )
    twice = sorted(set(covariates) & set(borders))
    if twice:
        listed = ", ".join(twice)
        faults.append(Text(f"{listed} 既是变量又是边界。", f"{listed} stands among covariates and among borders."))
    if not covariates and not borders:
        faults.append(Text("没有变量也没有边界。", "There is neither a covariate nor a border."))
    for what, given in (("units", tuple(units)), ("clusters", () if clusters is None else tuple(clusters))):
        if given and len(given) != table.shape[-1]:
            faults.append(
                Text(
                    f"{what} 应有{table.shape[-1]}个，读到{len(given)}个。",
                    f"{what} must hold {table.shape[-1]}; read {len(given)}.",
                )
            )
    if faults:
        raise ParameterFault(Text("".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)))
