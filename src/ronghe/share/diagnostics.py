"""What kind of game it is: computed for each run, never assumed.

Superadditive: separate groups never lose by joining. Convex: a region adds the more, the larger the
group it joins; then the Shapley value lies in the core. Dividends tell at which size of group the
worth arises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text
from ronghe.share.amounts import amount
from ronghe.share.coalitions import coalition_name, members, sizes
from ronghe.share.game import CoalitionGame
from ronghe.share.outsiders import Outsiders, outsiders_of, outsiders_told
from ronghe.share.shapley import dividends

TOLERANCE = 1e-9
"""Share of the largest |v(S)| below which a violation counts as rounding."""
ALL_PAIRS = 14
"""Up to this many regions every pair of separate coalitions is looked at; above, a seeded sample."""
SAMPLED = 2_000_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """How many pairs of coalitions violate a property, and the worst one.

    Attributes
    ----------
    violating, looked_at : int
        Pairs.
    worst : float
        Largest violation, in the game's unit; 0 if there is none.
    first, second : tuple of str
        The pair of the largest violation.
    sampled : bool
        Whether only a sample was looked at.
    """

    violating: int
    looked_at: int
    worst: float = 0.0
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    sampled: bool = False

    @property
    def holds(self) -> bool:
        """Whether no pair violates the property."""
        return not self.violating

    @property
    def share(self) -> float:
        """Violating pairs over pairs looked at."""
        return self.violating / self.looked_at if self.looked_at else 0.0


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Everything that is printed with a game.

    Attributes
    ----------
    zero_normalised : bool
        Whether every region alone has 0.
    monotone, superadditive, convex : Pairs
    by_order : tuple of float
        Sum of absolute Harsanyi dividends by size of coalition, 1 to n.
    outsiders : Outsiders, optional
        Where gains of every region are known.
    sentences : tuple of Text
    """

    zero_normalised: bool
    monotone: Pairs
    superadditive: Pairs
    convex: Pairs
    by_order: tuple[float, ...]
    outsiders: Outsiders | None
    sentences: tuple[Text, ...]


def diagnose(game: CoalitionGame) -> Diagnostics:
    """Return the diagnostics of a game.

    Examples
    --------
    >>> found = diagnose(CoalitionGame(("A", "B", "C"), np.array([0, 0, 0, 4, 0, 3, 2, 6.0])))
    >>> found.superadditive.holds, found.convex.holds, found.convex.first, found.convex.second
    (True, False, ('A', 'B'), ('A', 'C'))
    """
    slack = TOLERANCE * game.scale
    orders = sizes(len(game))
    absolute = np.abs(dividends(worth=game.worth))
    monotone, convex = _monotone(game, slack), _convex(game, slack)
    superadditive = _superadditive(game, slack)
    outsiders = outsiders_of(game, slack)
    sentences = (
        _sentence(game, Text("单调", "monotone"), monotone),
        _sentence(game, Text("超可加", "superadditive"), superadditive),
        _sentence(game, Text("凸", "convex"), convex),
    )
    return Diagnostics(
        zero_normalised=bool((np.abs(game.alone) <= slack).all()),
        monotone=monotone,
        superadditive=superadditive,
        convex=convex,
        by_order=tuple(float(absolute[orders == size].sum()) for size in range(1, len(game) + 1)),
        outsiders=outsiders,
        sentences=(*sentences, *outsiders_told(game, outsiders)),
    )


def _monotone(game: CoalitionGame, slack: float) -> Pairs:
    """Pairs (S, S + i): v(S + i) >= v(S)."""
    masks = np.arange(len(game.worth))
    found = _Worst(game, slack)
    for player in range(len(game)):
        split, named = game.worth.reshape(-1, 2, 1 << player), masks.reshape(-1, 2, 1 << player)
        found.see((split[:, 0] - split[:, 1]).ravel(), named[:, 0].ravel(), named[:, 1].ravel())
    return found.pairs()


def _convex(game: CoalitionGame, slack: float) -> Pairs:
    """Pairs (S + i, S + j): v(S + i + j) + v(S) >= v(S + i) + v(S + j)."""
    masks = np.arange(len(game.worth))
    found = _Worst(game, slack)
    for second in range(len(game)):
        for first in range(second):
            shape = (-1, 2, 1 << (second - first - 1), 2, 1 << first)
            cube, named = game.worth.reshape(shape), masks.reshape(shape)
            lack = cube[:, 0, :, 1] + cube[:, 1, :, 0] - cube[:, 1, :, 1] - cube[:, 0, :, 0]
            found.see(lack.ravel(), named[:, 0, :, 1].ravel(), named[:, 1, :, 0].ravel())
    return found.pairs()


def _superadditive(game: CoalitionGame, slack: float) -> Pairs:
    """Pairs of separate coalitions: v(S + T) >= v(S) + v(T)."""
    found = _Worst(game, slack)
    players = len(game)
    if players <= ALL_PAIRS:
        for first in range(1, 2**players - 1):
            seconds = _subsets((2**players - 1) ^ first)
            seconds = seconds[seconds > first]
            if len(seconds):
                lack = game.worth[first] + game.worth[seconds] - game.worth[first | seconds]
                found.see(lack, np.full(len(seconds), first), seconds)
        return found.pairs()
    draw = np.random.default_rng(0)
    sides = draw.integers(0, 3, (SAMPLED, players), dtype=np.uint8)
    bits = 2 ** np.arange(players)
    firsts, seconds = (sides == 1) @ bits, (sides == 2) @ bits
    found.see(game.worth[firsts] + game.worth[seconds] - game.worth[firsts | seconds], firsts, seconds)
    return found.pairs(sampled=True)


def _subsets(mask: int) -> Ints:
    found = np.zeros(1, dtype=np.int64)
    for player in range(mask.bit_length()):
        if mask >> player & 1:
            found = np.concatenate((found, found | (1 << player)))
    return found


class _Worst:
    """Counts violations and remembers the largest."""

    def __init__(self, game: CoalitionGame, slack: float) -> None:
        self.game, self.slack = game, slack
        self.count = self.violating = 0
        self.worst, self.pair = 0.0, (0, 0)

    def see(self, lack: Floats, first: Ints, second: Ints) -> None:
        self.count += len(lack)
        self.violating += int((lack > self.slack).sum())
        at = int(np.argmax(lack)) if len(lack) else 0
        if len(lack) and lack[at] > max(self.worst, self.slack):
            self.worst, self.pair = float(lack[at]), (int(first[at]), int(second[at]))

    def pairs(self, *, sampled: bool = False) -> Pairs:
        first, second = (members(mask, self.game.regions) for mask in self.pair)
        return Pairs(self.violating, self.count, self.worst, first, second, sampled)


def _sentence(game: CoalitionGame, word: Text, pairs: Pairs) -> Text:
    looked = Text("抽查的", "sampled ") if pairs.sampled else Text("", "")
    if pairs.holds:
        return Text(
            f"{word.zh}：{looked.zh}{pairs.looked_at:,}对联盟全部满足。",
            f"{word.en.capitalize()}: all {pairs.looked_at:,} {looked.en}pairs of coalitions agree.",
        )
    first, second = (
        coalition_name(sum(1 << game.regions.index(code) for code in side), game.names)
        for side in (pairs.first, pairs.second)
    )
    worst = amount(pairs.worst, game.unit)
    return Text(
        f"不{word.zh}：{looked.zh}{pairs.looked_at:,}对联盟中{pairs.violating:,}对不满足，"
        f"最大的一处是{{{first.zh}}}与{{{second.zh}}}，差{worst.zh}。",
        f"Not {word.en}: {pairs.violating:,} of {pairs.looked_at:,} {looked.en}pairs of coalitions fail, "
        f"the worst being {{{first.en}}} with {{{second.en}}}, by {worst.en}.",
    )
