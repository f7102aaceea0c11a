"""The least compensation on plain vectors of gains."""

import pytest

from ronghe.share import least_compensation


def test_compensation_needs_no_coalitions_and_has_no_limit_of_players():
    gains = [1.0] * 30 + [-2.0]
    found = least_compensation(gains=gains, regions=tuple(f"R{n}" for n in range(31)))
    assert found.need == 2.0
    assert found.net.sum() == pytest.approx(0.0)
