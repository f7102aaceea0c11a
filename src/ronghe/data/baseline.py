"""The baseline economy of a data set: what ``simulate`` calibrates on.

Plain arrays with named axes, the last region being the rest of the world where there is one.
Rows buy and columns sell inside ``flows``: axes (sector, buyer, seller), the seller contiguous.
"""

from __future__ import annotations

from dataclasses import dataclass

from ronghe.base.arrays import Bools, Floats
from ronghe.base.status import Status
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True)
class People:
    """Who lives where, by home.

    Attributes
    ----------
    residents : array, shape (home, residence)
        Persons whose home is the row's region and who live in the column's. Domestic regions only.
    status : Status
        ``estimated`` on the embedded default.
    """

    residents: Floats
    status: Status


@dataclass(frozen=True, slots=True)
class Baseline:
    """One economy at base-year prices, 亿元 a year.

    Attributes
    ----------
    regions : tuple of str
        Codes, length N; ``"ROW"`` is the last where the rest of the world is a region.
    sectors : tuple of str
        Codes, length J.
    traded : array of bool, shape (sector,)
        Sectors whose trade cost a stated cut lowers (all but construction and real estate).
    flows : array, shape (sector, buyer, seller)
        Purchases at basic prices, own sales on the diagonal.
    value_added_shares : array, shape (region, sector)
        Value added / gross output.
    input_shares : array, shape (region, input, sector)
        Cost shares of inputs; with the value-added share they add up to 1 over inputs.
    household, government, investment : array, shape (region, sector)
        Final purchases by use.
    transfers, external : array, shape (region,)
        Net inflow from the rest of the country (sums to 0) and from abroad (mirrored by ROW).
    own_revenue : array, shape (region,)
        Own revenue of local government (地方一般公共预算收入); 0 for ROW.
    elasticities : array, shape (sector,)
        Trade elasticity theta.
    people : People, optional
        Residents by home, where a stock of migrants is known or estimated.
    pair_status : Status
        How the cells of pairs came about; ``estimated`` on the embedded default.
    statuses : tuple of (Text, Status)
        Inputs that are not observed, by name: printed with every result.
    flags : tuple of Text
        What the reader must know, e.g. regions whose transfers were capped.
    observed : array of bool, shape (sector, buyer, seller), optional
        Cells of ``flows`` that a table gives, where others beside them are estimated.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    traded: Bools
    flows: Floats
    value_added_shares: Floats
    input_shares: Floats
    household: Floats
    government: Floats
    investment: Floats
    transfers: Floats
    external: Floats
    own_revenue: Floats
    elasticities: Floats
    people: People | None
    pair_status: Status
    statuses: tuple[tuple[Text, Status], ...] = ()
    flags: tuple[Text, ...] = ()
    observed: Bools | None = None
