"""Exponential, logarithm and normal draws that give the same bits on every machine.

System libraries differ in the last bit of ``exp`` and ``log``, and a table of 40,000 figures would
show it. Sums, products and quotients do not differ, so these two are built from them alone.
Sums run over the first axis, where NumPy adds row by row in order.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2_HIGH = 6.93147180369123816490e-01  # ln 2 in two parts: k * high is exact for the k met here
_LN2_LOW = 1.90821492927058770002e-10
_INVERSE_FACTORIALS = [1.0]
for _n in range(1, 15):
    _INVERSE_FACTORIALS.append(_INVERSE_FACTORIALS[-1] / _n)


def exp(x: Floats) -> Floats:
    """Return e to the power x: powers of two taken out, then a polynomial of degree 14."""
    power = np.rint(x / (_LN2_HIGH + _LN2_LOW))
    rest = (x - power * _LN2_HIGH) - power * _LN2_LOW
    value = np.full_like(rest, _INVERSE_FACTORIALS[-1])
    for coefficient in reversed(_INVERSE_FACTORIALS[:-1]):
        value = value * rest + coefficient
    return np.ldexp(value, power.astype(np.int32))


def log(x: Floats) -> Floats:
    """Return the natural logarithm: powers of two taken out, then the series of 2 artanh."""
    mantissa, power = np.frexp(x)
    low = mantissa < 0.7071067811865476
    mantissa = np.where(low, 2.0 * mantissa, mantissa)
    power = power - low
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    series = np.zeros_like(square)
    for odd in range(25, 0, -2):
        series = series * square + 1.0 / odd
    return power * _LN2_HIGH + (2.0 * ratio * series + power * _LN2_LOW)


def normals(uniforms: Floats) -> Floats:
    """Return standard normal draws, to 6 decimals, from uniforms in [0, 1)."""
    inverse = NormalDist().inv_cdf
    flat = [round(inverse(min(max(u, 1e-12), 1 - 1e-12)), 6) for u in uniforms.ravel().tolist()]
    return np.array(flat).reshape(uniforms.shape)
