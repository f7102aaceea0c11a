"""The least compensation: those who lose are made whole, those who gain pay for it. No theory is needed.

    g_i   gain of region i before any transfer      need C = -sum of the losses
    W     the winners' gain                         a loser receives -g_i; a winner pays C g_i / W

Afterwards nobody is worse off than without the opening. If C > W no transfer among them can do that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import GameFault, SharingRefused
from ronghe.base.status import Status
from ronghe.base.text import Text, joined
from ronghe.share.allocation import Allocation, Label, allocate
from ronghe.share.amounts import amount
from ronghe.share.game import CoalitionGame, region_name
from ronghe.share.gamecheck import codes_of
from ronghe.share.transfers import Payment, Transfers, transfers_between

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Compensation:
    """What the losers are due and who pays it.

    Attributes
    ----------
    regions : tuple of str
    gains : array, shape (n,)
        Before any transfer, in ``unit``.
    payoffs : array, shape (n,)
        Afterwards; nobody below 0.
    need : float
        C, what the losers lose together.
    winners_gain : float
        W, what the winners gain together.
    losers, payers : tuple of str
    label : {"exact"}
    allocation : Allocation, optional
        The payoffs held against the coalitions, where a game is known.
    """

    regions: tuple[str, ...]
    gains: Floats
    payoffs: Floats
    need: float
    winners_gain: float
    losers: tuple[str, ...]
    payers: tuple[str, ...]
    names: tuple[Text, ...]
    unit: Text
    status: Status
    label: Label = "exact"
    rule: str = "least compensation"
    allocation: Allocation | None = None

    @property
    def due(self) -> bool:
        """Whether anybody loses."""
        return bool(self.losers)

    @property
    def net(self) -> Floats:
        """Received less paid, shape (n,); sums to 0."""
        return self.payoffs - self.gains

    @property
    def transfers(self) -> Transfers:
        """Who pays whom, rounded to 分."""
        return transfers_between(self.gains, self.payoffs, self.regions, unit=self.unit)

    @property
    def payments(self) -> tuple[Payment, ...]:
        """The payments of :attr:`transfers`."""
        return self.transfers.payments

    @property
    def text(self) -> Text:
        """Who loses, what is due, who pays, in words."""
        if not self.due:
            return Text("没有地区受损，无需补偿。", "Nobody loses; no compensation is due.")
        names = dict(zip(self.regions, self.names, strict=True))
        net = dict(zip(self.regions, self.net.tolist(), strict=True))
        lose = joined([_named(names[code], net[code], self.unit) for code in self.losers])
        pay = joined([_named(names[code], -net[code], self.unit) for code in self.payers])
        return Text(
            f"受损地区应得补偿：{lose.zh}；由受益地区承担：{pay.zh}。补偿后没有地区比现状更差。",
            f"Due to those who lose: {lose.en}; paid by those who gain: {pay.en}. "
            "Afterwards nobody is worse off than today.",
        )


def least_compensation(
    game: CoalitionGame | None = None,
    *,
    gains: Floats | Sequence[float] | None = None,
    regions: Sequence[str] | None = None,
    keys: Floats | Sequence[float] | None = None,
    unit: Text = Text("", ""),
    status: Status = "user",
) -> Compensation:
    """Return the least compensation of a game's grand coalition, or of a plain vector of gains.

    Parameters
    ----------
    game : CoalitionGame, optional
        One that knows its regions' gains (``game.gains``), not only worths of coalitions.
    gains : array, shape (n,), optional
        In place of a game: gain of each region before any transfer.
    regions : sequence of str, optional
        Codes for ``gains``; "1", "2", … if left out.
    keys : array, shape (n,), optional
        Winners pay in proportion to these, never more than they gain; by default to their gains.

    Raises
    ------
    SharingRefused
        If the losses exceed the gains: the members together lose.
    GameFault
        If the gains are missing, of another length, or not finite.

    Examples
    --------
    >>> found = least_compensation(gains=[10, -4, 0, 6], regions=("A", "B", "C", "D"))
    >>> found.net.tolist(), found.payoffs.tolist()
    ([-2.5, 4.0, 0.0, -1.5], [7.5, 0.0, 0.0, 4.5])
    """
    codes, names, held = _gains_of(game, gains, regions)
    unit, status = (game.unit, game.status) if game is not None else (unit, status)
    need, winners_gain = -float(held[held < 0].sum()), float(held[held > 0].sum())
    if need > winners_gain * (1 + ROUNDING):
        raise _refused(need - winners_gain, unit)
    weights = held if keys is None else _keys(keys, codes)
    paid = _split(min(need, winners_gain), np.where(held > 0, held, 0.0), weights)
    payoffs = np.where(held < 0, 0.0, held - paid)
    payoffs.setflags(write=False)
    return Compensation(
        regions=codes,
        gains=held,
        payoffs=payoffs,
        need=need,
        winners_gain=winners_gain,
        losers=tuple(code for code, gain in zip(codes, held, strict=True) if gain < 0),
        payers=tuple(code for code, part in zip(codes, paid, strict=True) if part > 0),
        names=names,
        unit=unit,
        status=status,
        allocation=None if game is None else allocate(game, payoffs, rule="least compensation"),
    )


def _gains_of(
    game: CoalitionGame | None, gains: Floats | Sequence[float] | None, regions: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[Text, ...], Floats]:
    if (game is None) == (gains is None):
        raise _fault("请给出博弈或 gains=，二者取一。", "Give a game or gains=, one of the two.")
    if game is not None:
        table = game.player_gains()
        if table is None:
            raise _fault(
                "该博弈只有联盟的值，没有各地区转移前的收益，无法判断谁受损；请用 gains= 给出。",
                "This game has worths of coalitions but not each region's gain before transfers, "
                "so it cannot tell who loses; give them as gains=.",
            )
        return game.regions, game.names, table[-1].copy()
    held = np.array(gains, dtype=np.float64)
    count = held.shape[0] if held.ndim == 1 else 0
    codes = codes_of(regions) if regions is not None else tuple(str(at + 1) for at in range(count))
    _check(held, codes)
    return codes, tuple(region_name(code) for code in codes), held


def _check(gains: Floats, codes: tuple[str, ...]) -> None:
    zh, en = [], []
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        zh.append(f"地区重复：{'、'.join(twice)}。")
        en.append(f"Regions named twice: {', '.join(twice)}.")
    if gains.shape != (len(codes),) or not codes:
        zh.append(f"{len(codes)}个地区应有{len(codes)}个收益，读到形状 {gains.shape}。")
        en.append(f"{len(codes)} regions need {len(codes)} gains; read shape {gains.shape}.")
    else:
        bad = [code for code, gain in zip(codes, gains, strict=True) if not np.isfinite(gain)]
        if bad:
            zh.append(f"收益没有有限的数值：{'、'.join(bad)}。")
            en.append(f"Gains without a finite number: {', '.join(bad)}.")
    if zh:
        raise _fault("".join(zh), " ".join(en))


def _keys(keys: Floats | Sequence[float], codes: tuple[str, ...]) -> Floats:
    weights = np.array(keys, dtype=np.float64)
    if weights.shape != (len(codes),) or not (np.isfinite(weights).all() and (weights > 0).all()):
        raise _fault(
            f"分担系数应是{len(codes)}个大于 0 的有限数。", f"Keys must be {len(codes)} finite numbers above 0."
        )
    return weights


def _split(need: float, gains: Floats, keys: Floats) -> Floats:
    """Split ``need`` by ``keys`` among those with gains, nobody paying more than it gains."""
    paid = np.zeros_like(gains)
    paying = gains > 0
    while need > 0 and paying.any():
        parts = np.where(paying, need * keys / keys[paying].sum(), 0.0)
        over = paying & (parts >= gains)
        if not over.any():
            return paid + parts
        paid[over] = gains[over]
        need -= float(gains[over].sum())
        paying &= ~over
    return paid


def _refused(short: float, unit: Text) -> SharingRefused:
    lost = amount(short, unit)
    sentence = Text(
        f"成员合计损失{lost.zh}；成员之间无论怎样转移，都不能使每个地区至少不比现状差。",
        f"The members together lose {lost.en}; no transfer among them leaves everyone at least as well off.",
    )
    return SharingRefused(sentence, short)


def _named(name: Text, value: float, unit: Text) -> Text:
    sum_of = amount(value, unit)
    return Text(name.zh + sum_of.zh, f"{name.en} {sum_of.en}")


def _fault(zh: str, en: str) -> GameFault:
    return GameFault(Text(zh, en))
