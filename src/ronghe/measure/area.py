"""Price dispersion of an area, read from a data set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ronghe.base.area import Area
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text
from ronghe.data import Dataset
from ronghe.data.tables import ClassPrices
from ronghe.measure.dispersion import AreaDispersion, PricePanel, dispersion_of


def area_dispersion(
    data: Dataset, area: Area | str | Sequence[str], *, draws: int = 999, seed: int = 0
) -> AreaDispersion:
    """Return the dispersion of relative prices among an area's members, beside outsiders at equal distance.

    Parameters
    ----------
    data : Dataset
        With class prices, ``data.identifies["relative_prices"]``.
    area : Area, str or sequence of str
        Members without prices are left out.
    draws, seed : int
        Of the sampling interval.

    Raises
    ------
    NotIdentified
        Without class prices, or with fewer than two members that have them.
    """
    held = data.area(area)
    prices = data.prices
    if prices is None:
        reason = Text("没有分类价格指数。", "There are no price indices by class.")
        raise NotIdentified("relative_prices", reason, ("prices",))
    order = [data.codes.index(code) for code in prices.regions]
    adjoining = data.adjacency[np.ix_(order, order)]
    found = dispersion_of(
        panels=price_panels(prices),
        regions=prices.regions,
        members=[code for code in held.regions if code in prices.regions],
        kilometres=data.distances[np.ix_(order, order)],
        neighbours=[(prices.regions[a], prices.regions[b]) for a, b in np.argwhere(np.triu(adjoining, 1)).tolist()],
        provenance=(prices.provenance,),
        status="demonstration" if data.status == "demonstration" else "computed",
        draws=draws,
        seed=seed,
    )
    return found


def price_panels(prices: ClassPrices) -> tuple[PricePanel, ...]:
    """Return the main classes of a price table, one panel a classification."""
    panels = []
    for name in dict.fromkeys(prices.classification(year) for year in prices.years):
        years = [at for at, year in enumerate(prices.years) if prices.classification(year) == name]
        classes = prices.classes(prices.years[years[0]])
        columns = [prices.commodities.index(code) for code in classes]
        index = prices.index[np.ix_(years, range(len(prices.regions)), columns)].transpose(1, 0, 2)
        panels.append(PricePanel(name, tuple(prices.years[at] for at in years), classes, index))
    return tuple(panels)
