"""The coalition game: what every group of regions can secure by opening to each other.

    v(S) = what the members of S gain together when S opens, v(∅) = 0

``worth[mask]`` holds v(S); bit i of the mask is set when ``regions[i]`` is in S. Money is the
payable part (可支付部分); other columns travel beside it and are never added to it.
A cost game c enters as savings, v(S) = Σ c(i) - c(S), and payoffs are shown as costs c(i) - x_i.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, get_args

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import GameFault
from ronghe.base.provenance import Provenance
from ronghe.base.region import REST_OF_WORLD, provinces
from ronghe.base.status import Status
from ronghe.base.text import Text, same
from ronghe.share.coalitions import members, size_order, totals
from ronghe.share.gamecheck import check_players, check_table, listing_faults, players_of

Kind = Literal["table", "costs", "gain per stated cut", "gain of a scenario"]
Order = Literal["size", "mask"]

KINDS: dict[Kind, Text] = {
    "table": Text("给定的联盟表", "given table of coalitions"),
    "costs": Text("费用节约", "savings of joint cost"),
    "gain per stated cut": Text("按设定降幅的收益", "gain per stated cut"),
    "gain of a scenario": Text("情景的收益", "gain of a scenario"),
}
EXACT_SAVINGS = 12
"""Up to this many players the savings of a cost game are computed in exact decimals."""
YEARLY = Text("亿元/年", "100 million yuan a year")


@dataclass(frozen=True, slots=True, eq=False)
class CoalitionGame:
    """Worth of every coalition of an area.

    Attributes
    ----------
    regions : tuple of str
        Codes of the players, length n, 1 to 22.
    worth : array, shape (2**n,)
        v(S) by bitmask, in ``unit``; ``worth[0]`` is 0. Read-only.
    kind : {"table", "costs", "gain per stated cut", "gain of a scenario"}
        What the worth is; printed with every exhibit made from the game.
    unit : Text
        亿元 a year at base-year prices for model games, empty for plain tables.
    status : Status
        Of the worths; every allocation inherits it.
    provenance : Provenance, optional
        Where the worths come from.
    notes : tuple of Text
        What the reader should know: residuals, closure, members without facts.
    gains : array, shape (2**n, column), optional
        Gain of every region under every coalition's opening, payable part.
    gain_regions : tuple of str
        Codes of the columns of ``gains`` and ``beside``; the players if left out.
    beside : mapping of column to array, shape (2**n, column)
        Columns shown next to the payable part and never added to it.
    costs : array, shape (n,), optional
        Costs alone c(i) of a cost game.
    names : tuple of Text
        Names of the players in sentences; found from the codes if left out.
    gain_names : tuple of Text
        Names of ``gain_regions``.
    """

    regions: tuple[str, ...]
    worth: Floats
    kind: Kind = "table"
    unit: Text = Text("", "")
    status: Status = "user"
    provenance: Provenance | None = None
    notes: tuple[Text, ...] = ()
    gains: Floats | None = None
    gain_regions: tuple[str, ...] = ()
    beside: Mapping[str, Floats] = field(default_factory=dict)
    costs: Floats | None = None
    names: tuple[Text, ...] = ()
    gain_names: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        regions = players_of(self.regions)
        names = tuple(self.names) or tuple(region_name(code) for code in regions)
        columns = tuple(self.gain_regions) or regions
        worth, gains, beside = check_table(regions, names, columns, self.worth, self.gains, self.beside)
        held = {
            "regions": regions,
            "worth": worth,
            "names": names,
            "gains": gains,
            "gain_regions": columns,
            "gain_names": tuple(self.gain_names) or tuple(region_name(code) for code in columns),
            "beside": beside,
        }
        for key, value in held.items():
            object.__setattr__(self, key, value)

    def __len__(self) -> int:
        return len(self.regions)

    @property
    def total(self) -> float:
        """v(N), what all regions secure together."""
        return float(self.worth[-1])

    @property
    def alone(self) -> Floats:
        """v(i) of each region, shape (n,)."""
        return self.worth[2 ** np.arange(len(self.regions))]

    @property
    def scale(self) -> float:
        """max |v(S)|, or 1 for the game of zeros; tolerances are fractions of it."""
        return float(np.max(np.abs(self.worth))) or 1.0

    @property
    def title(self) -> Text:
        """What the worths are, in words."""
        return KINDS[self.kind]

    def value(self, *codes: str) -> float:
        """Return v of the coalition of these regions."""
        return float(self.worth[sum(1 << self.regions.index(code) for code in set(codes))])

    def coalition(self, mask: int) -> tuple[str, ...]:
        """Return the codes of a coalition."""
        return members(mask, self.regions)

    def player_gains(self) -> Floats | None:
        """Return each player's own gain under every opening, shape (2**n, n), where it is known."""
        if self.gains is None:
            return None
        return self.gains[:, [self.gain_regions.index(code) for code in self.regions]]


def region_name(code: str) -> Text:
    """Return the name of a provincial division by its code; any other code stands for itself."""
    known = (*provinces(), REST_OF_WORLD)
    return next((region.name for region in known if region.code == code), same(code))


def game_from_list(
    values: Sequence[float] | Floats, *, order: Order, regions: Sequence[str] | None = None
) -> CoalitionGame:
    """Return the game of a printed list of worths.

    Parameters
    ----------
    values : sequence, length 2**n or 2**n - 1
        Worths; v(∅) stands first or is left out.
    order : {"size", "mask"}
        ``size``: 1, 2, 3, 12, 13, 23, 123; ``mask``: 1, 2, 12, 3, 13, 23, 123. It is never guessed.
    regions : sequence of str, optional
        Codes; "1", "2", … if left out.

    Examples
    --------
    >>> game_from_list([0, 0, 0, 4, 3, 2, 6], order="size", regions=("A", "B", "C")).value("A", "C")
    3.0
    """
    codes = _listed(values, order, regions)
    full = np.asarray(values, dtype=np.float64)
    if len(full) == 2 ** len(codes) - 1:
        full = np.concatenate(([0.0], full))
    worth = full.copy()
    if order == "size":
        worth[size_order(len(codes))] = full
    return CoalitionGame(codes, worth)


def game_from_costs(
    costs: Sequence[float] | Floats, *, regions: Sequence[str] | None = None, order: Order = "mask"
) -> CoalitionGame:
    """Return the savings game v(S) = Σ c(i) - c(S) of a cost game.

    Parameters
    ----------
    costs : sequence, length 2**n or 2**n - 1
        c(S); c(∅) = 0 stands first or is left out.
    order : {"size", "mask"}
        Order of ``costs``, as in :func:`game_from_list`.

    Examples
    --------
    >>> game_from_costs([8, 11, 11], regions=("A", "B")).total
    8.0
    """
    listed = game_from_list(costs, order=order, regions=regions)
    players = len(listed)
    singles = 2 ** np.arange(players)
    worth = _exact_savings(listed.worth) if players <= EXACT_SAVINGS else totals(listed.worth[singles]) - listed.worth
    return CoalitionGame(listed.regions, worth, kind="costs", costs=listed.worth[singles])


def _exact_savings(costs: Floats) -> Floats:
    # In exact decimals: savings must not carry the rounding of binary fractions into ties.
    exact = [Fraction(repr(cost)) for cost in costs.tolist()]
    apart = [Fraction(0)]
    while len(apart) < len(exact):
        own = exact[len(apart)]
        apart += [total + own for total in apart]
    return np.array([float(total - cost) for total, cost in zip(apart, exact, strict=True)])


def as_game(game: CoalitionGame | None, worth: Any, regions: Sequence[str] | None) -> CoalitionGame:
    """Return the game itself, or the game of a plain table given by keyword."""
    if (game is None) == (worth is None):
        raise GameFault(
            Text(
                "请给出一个博弈，或用 worth= 给出各联盟的值，二者取一。",
                "Give a game, or the worths of all coalitions as worth=, one of the two.",
            )
        )
    if game is not None:
        return game
    codes = players_of(regions) if regions is not None else _listed(worth, "mask", None)
    return CoalitionGame(codes, worth)


def _listed(values: Any, order: str, regions: Sequence[str] | None) -> tuple[str, ...]:
    """Return the players of a list of worths, or refuse it before anything is allocated."""
    count = len(values)
    if regions is None:
        players = max(count.bit_length() - 1 if count & (count + 1) else count.bit_length(), 0)
        check_players(players)
        regions = [str(number + 1) for number in range(players)]
    codes = players_of(regions)
    faults = listing_faults(count, len(codes), order, get_args(Order))
    if faults:
        raise GameFault(Text("".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)))
    return codes
