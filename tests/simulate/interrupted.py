"""A batch in a process of its own, slow enough to be killed in the middle; the test runs it twice."""

from __future__ import annotations

import sys
import time

from economies import random_economy

from ronghe.simulate import Economy, Scenario
from ronghe.simulate.batches import OpenPairs

PART = 4


def inputs() -> tuple[Economy, Scenario, list[OpenPairs]]:
    """Return an economy, a scenario and the 64 profiles of its regions."""
    economy = random_economy(7, regions=6, sectors=4)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=economy.regions)
    profiles = [[code for i, code in enumerate(economy.regions) if s >> i & 1] for s in range(64)]
    return economy, scenario, [OpenPairs.profile(economy, openers) for openers in profiles]


def told(done: int, count: int) -> None:
    """Say how far it is, and let some time pass."""
    sys.stdout.write(f"{done} {count}\n")
    sys.stdout.flush()
    time.sleep(0.1)
