"""Blocks beyond trade: who works, what is served, who taxes whom, what is subsidised, who owns what.

A block that is absent is off, and the model falls back to the smaller one exactly. What a block needs from
behaviour (how far capital moves, how strong scale is) stands in :mod:`ronghe.simulate.parameters`; which of them
move stands in the closure.

    groups      sector j's labour costs (sum_e sh_nje w^_ne^(1-sigma))^(1/(1-sigma)); each group moves by itself
    services    q^_nz = Gr^_nz / L^_n^rho_z,   Gr_nz = G_nz + sum_s lam_nsz G_sz,   G_nz = beta_nz Gv_n / PG_n
    sharing     own revenue_n = sum_ij S_nij (vat_i VA_ij + cit_i r K_ij); what the columns of S leave is the centre's
    subsidies   p_ij = c_ij (1 - s_ij), paid by the seller's region
    ownership   income of capital in m belongs to n in the share O_nm
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups of workers (skilled, other).

    Attributes
    ----------
    names : tuple of Text, length E
    bills : array, shape (group, sector, region)
        Share of each group in the sector's wage bill; sums to 1 over groups.
    residents : array, shape (group, home, residence), or None
        Persons by home and place over the domestic regions.
    """

    names: tuple[Text, ...]
    bills: Floats
    residents: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """Public services by kind (education, health, other).

    Attributes
    ----------
    names : tuple of Text, length Z
    budget : array, shape (service, region)
        Share of each service in government use; sums to 1 over services.
    rivalry, weight : array, shape (service,)
        rho_z: 0 a pure public good, 1 fully rival; chi_z: weight in the welfare that people move for.
    pooling : array, shape (service, user, provider), or None
        lam: what the provider's service also does for the user's residents; 0 on the diagonal.
    """

    names: tuple[Text, ...]
    budget: Floats
    rivalry: Floats
    weight: Floats
    pooling: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """Who gets the local taxes of whom (属地与异地).

    Attributes
    ----------
    capital_rates : array, shape (region,)
        cit: tax on capital income; the rest of recorded own revenue lies on value added.
    shares : array, shape (sector or 1, receiver, place)
        S: columns sum to at most 1, the rest is the centre's.
    """

    capital_rates: Floats
    shares: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The blocks of one world; ``None`` is off.

    Attributes
    ----------
    subsidies : array, shape (sector, region), or None
        s: share of the cost of output that the seller's region pays today.
    ownership : array, shape (owner, place), or None
        O: columns sum to 1; the identity if left out.
    waste : float
        Share of wedge income lost in rent-seeking: spent, but in nobody's column.
    """

    groups: Groups | None = None
    services: Services | None = None
    sharing: Sharing | None = None
    subsidies: Floats | None = None
    ownership: Floats | None = None
    waste: float = 0.0

    @property
    def arrays(self) -> list[Floats]:
        """Everything that decides a result, for the hash; nothing where all is off."""
        parts: list[Floats | None] = [self.subsidies, self.ownership]
        if self.groups is not None:
            parts += [self.groups.bills, self.groups.residents]
        if self.services is not None:
            parts += [self.services.budget, self.services.rivalry, self.services.weight, self.services.pooling]
        if self.sharing is not None:
            parts += [self.sharing.capital_rates, self.sharing.shares]
        found = [part for part in parts if part is not None]
        return found if self.waste == 0.0 else [*found, np.array([self.waste])]


NOTHING = Blocks()
