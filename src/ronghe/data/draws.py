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
    random = np.random.default_rng(seed)
    values = {name: one.value for name, one in parameters.items()}
    built = frame(inputs, values)
    shape = len(inputs.regions)
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        one = parameters["distance_elasticity"]
        elasticity = random.uniform(one.low, one.high, size)
        homes = np.stack([base_homes(inputs, _drawn(random, parameters)) for _ in range(size)])[:, None, :]
        logit = np.log(homes / (1 - homes)) + values["home_shock"] * random.standard_normal((size, shape, 1))
        openness = inputs.openness * np.exp(values["openness_shock"] * random.standard_normal((size, shape)))
        flows, missed = flow_arrays(
            inputs, built, values, elasticity=elasticity, homes=1 / (1 + np.exp(-logit)), openness=openness
        )
        yield from zip(flows, missed, strict=True)


def draws(
    inputs: EstimateInputs, parameters: Mapping[str, Parameter], people: People | None, *, count: int, seed: int
) -> Iterator[Baseline]:
    """Yield ``count`` baselines; the same seed gives the same ones, and more draws begin with the same ones."""
    values = {name: one.value for name, one in parameters.items()}
    built = frame(inputs, values)
    for flows, missed in drawn_flows(inputs, parameters, count=count, seed=seed):
        yield baseline_from(inputs, built, values, flows, missed, people, parameters)


def _drawn(random: np.random.Generator, parameters: Mapping[str, Parameter]) -> dict[str, float]:
    bands = ((f"home_{group}", parameters[f"home_{group}"]) for group in GROUPS)
    return {name: float(random.uniform(band.low, band.high)) for name, band in bands}
