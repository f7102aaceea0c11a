"""Who stays outside an opening, and whether that costs or pays: a printed diagnostic, never assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.text import Text, joined
from ronghe.share.amounts import amount
from ronghe.share.coalitions import members, sizes
from ronghe.share.game import CoalitionGame


@dataclass(frozen=True, slots=True)
class Outsiders:
    """Gains of regions that stay out of an opening.

    Attributes
    ----------
    losing, gaining, unmoved : int
        Cases (coalition, region outside it).
    largest_loss, largest_gain : (tuple of str, str, float), optional
        Coalition, region and amount.
    """

    losing: int
    gaining: int
    unmoved: int
    largest_loss: tuple[tuple[str, ...], str, float] | None
    largest_gain: tuple[tuple[str, ...], str, float] | None


def outsiders_told(game: CoalitionGame, found: Outsiders | None) -> tuple[Text, ...]:
    """Return the sentence on regions that stay outside an opening."""
    if found is None:
        return ()
    cases = found.losing + found.gaining + found.unmoved
    said = Text(
        f"区外地区：{cases:,}种情形（联盟×区外地区）中减少{found.losing:,}、增加{found.gaining:,}、不变{found.unmoved:,}",
        f"Regions outside: of {cases:,} cases (coalition, region outside) {_count(found.losing, 'lose')}, "
        f"{_count(found.gaining, 'gain')}, {_count(found.unmoved, 'stay')} as before",
    )
    ends = (
        (Text("最大减少", "largest loss"), found.largest_loss),
        (Text("最大增加", "largest gain"), found.largest_gain),
    )
    names = dict(zip(game.gain_regions, game.gain_names, strict=True))
    for word, end in ends:
        if end is not None:
            coalition, code, size = end
            who, moved = names[code], amount(abs(size), game.unit)
            opening = joined([game.names[game.regions.index(member)] for member in coalition])
            said += Text(
                f"；{word.zh}：{who.zh} {moved.zh}（开放的是{opening.zh}）",
                f"; {word.en}: {who.en} {moved.en} (open: {opening.en})",
            )
    return (said + Text("。", "."),)


def _count(cases: int, verb: str) -> str:
    return f"{cases:,} {verb}{'s' if cases == 1 else ''}"


def outsiders_of(game: CoalitionGame, slack: float) -> Outsiders | None:
    """Return the sign of outsiders' gains over all coalitions; None where gains are not known."""
    if game.gains is None:
        return None
    masks = np.arange(len(game.worth))
    inside = np.zeros(game.gains.shape, dtype=bool)
    for player, code in enumerate(game.regions):
        inside[:, game.gain_regions.index(code)] = masks >> player & 1
    inside[sizes(len(game)) < 2] = True  # one region alone opens nothing
    outside = np.where(inside, 0.0, game.gains)

    def case(at: int, wanted: bool) -> tuple[tuple[str, ...], str, float] | None:
        if not wanted:
            return None
        mask, column = divmod(at, outside.shape[1])
        return members(mask, game.regions), game.gain_regions[column], float(outside[mask, column])

    losing, gaining = int((outside < -slack).sum()), int((outside > slack).sum())
    return Outsiders(
        losing=losing,
        gaining=gaining,
        unmoved=int((~inside).sum()) - losing - gaining,
        largest_loss=case(int(outside.argmin()), losing > 0),
        largest_gain=case(int(outside.argmax()), gaining > 0),
    )
