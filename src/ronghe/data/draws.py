"""Scenario-band draws of the estimate: the same economy under other assumptions.

Each draw takes a distance elasticity and four home shares evenly from their bands, shocks the logit home share of
each region (SD 0.37) and the log of its openness (SD 0.30), and makes the flows anew. These are assumptions: what
comes out is a scenario band (情景带), never an interval (区间).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.data.baseline import Baseline, People
from ronghe.data.estimate import EstimateInputs, base_homes, baseline_from, flow_arrays, frame
from ronghe.data.parameters import Parameter

GROUPS = ("agriculture", "industry", "services", "local")
BATCH = 20


def drawn_flows(
    inputs: EstimateInputs, parameters: Mapping[str, Parameter], *, count: int, seed: int
) -> Iterator[tuple[Floats, Bools]]:
    """Yield the flows of each draw, shape (sector, buyer, seller), and the plates whose target was out of reach."""
    values = {name: one.value for name, one in parameters.items()}
    built = frame(inputs, values)
    for start in range(0, count, BATCH):
        # Always a whole batch: the fit of a batch stops for all its draws at once.
        drawn = [_draw(inputs, parameters, (seed, at)) for at in range(start, start + BATCH)]
        elasticity, homes, openness = (np.array(part) for part in zip(*drawn, strict=True))
        flows, missed = flow_arrays(inputs, built, values, elasticity=elasticity, homes=homes, openness=openness)
        yield from zip(flows[: count - start], missed[: count - start], strict=True)


def draws(
    inputs: EstimateInputs, parameters: Mapping[str, Parameter], people: People | None, *, count: int, seed: int
) -> Iterator[Baseline]:
    """Yield ``count`` baselines; the same seed gives the same ones, and more draws begin with the same ones."""
    values = {name: one.value for name, one in parameters.items()}
    built = frame(inputs, values)
    for flows, missed in drawn_flows(inputs, parameters, count=count, seed=seed):
        yield baseline_from(inputs, built, values, flows, missed, people, parameters)


def _draw(
    inputs: EstimateInputs, parameters: Mapping[str, Parameter], seed: tuple[int, int]
) -> tuple[float, Floats, Floats]:
    """Return one draw: distance elasticity, home shares (region, sector), openness (region,)."""
    random = np.random.default_rng(seed)
    names = ("distance_elasticity", *(f"home_{group}" for group in GROUPS))
    taken = {name: float(random.uniform(parameters[name].low, parameters[name].high)) for name in names}
    share = base_homes(inputs, taken)
    shock = parameters["home_shock"].value * random.standard_normal((len(inputs.regions), 1))
    opened = np.exp(parameters["openness_shock"].value * random.standard_normal(len(inputs.regions)))
    homes: Floats = 1 / (1 + np.exp(-(np.log(share / (1 - share)) + shock)))
    return taken["distance_elasticity"], homes, inputs.openness * opened
