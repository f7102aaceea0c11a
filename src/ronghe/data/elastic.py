"""The same data set under another trade elasticity: an assumption that no table holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ronghe.data.baseline import Baseline
from ronghe.data.dataset import BaselineMaker, Dataset
from ronghe.data.parameters import Parameter
from ronghe.data.validation import Validation


@dataclass(frozen=True)
class Elastic:
    """Makes the baselines of another maker, with one trade elasticity in every sector."""

    maker: BaselineMaker
    theta: float

    def baseline(self, changed: Mapping[str, float]) -> Baseline:
        """Return the baseline; an elasticity among the changes comes first."""
        made = self.maker.baseline(changed)
        return made if "trade_elasticity" in changed else self._with(made)

    def draws(self, count: int, seed: int) -> Iterator[Baseline]:
        """Yield the draws."""
        return (self._with(made) for made in self.maker.draws(count, seed))

    def validation(self) -> Validation:
        """Return the comparison with observed shares, in which the elasticity has no part."""
        return self.maker.validation()

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return the numbers of the estimate, this elasticity among them."""
        found = dict(self.maker.parameters)
        if "trade_elasticity" in found:
            found["trade_elasticity"] = replace(found["trade_elasticity"], value=self.theta)
        return found

    def _with(self, made: Baseline) -> Baseline:
        return replace(made, elasticities=np.full(len(made.sectors), self.theta))


def with_elasticity(data: Dataset, theta: float) -> Dataset:
    """Return a data set whose baseline and draws have the trade elasticity ``theta`` in every sector."""
    return replace(data, _maker=Elastic(data._maker, theta))
