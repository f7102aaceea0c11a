"""Points on the globe: great-circle distances, and coordinates that are none.

    d = 2 R arcsin(c / 2)      c: chord between the two points of the unit sphere, R 6371.0088 km

References
----------
.. [1] H. Moritz, "Geodetic Reference System 1980", 2000 (mean radius).
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.text import Text
from ronghe.measure.wrong import refuse

EARTH = 6371.0088
"""Mean radius, km."""


def great_circle(*, longitudes: Floats, latitudes: Floats) -> Floats:
    """Return great-circle distances between points, km, shape (point, point).

    Parameters
    ----------
    longitudes, latitudes : array, shape (point,)
        Degrees.

    Examples
    --------
    A quarter of the equator.

    >>> great_circle(longitudes=np.array([0.0, 90.0]), latitudes=np.array([0.0, 0.0])).round(1).tolist()
    [[0.0, 10007.6], [10007.6, 0.0]]
    """
    refuse(wrong_points(longitudes, latitudes))
    vectors = unit_vectors(longitudes, latitudes)
    return arc_km(vectors, vectors)


def unit_vectors(longitudes: Floats, latitudes: Floats) -> Floats:
    """Return points of the unit sphere, shape (point, 3)."""
    lon, lat = np.radians(np.asarray(longitudes, dtype=np.float64)), np.radians(np.asarray(latitudes, dtype=np.float64))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def arc_km(rows: Floats, columns: Floats) -> Floats:
    """Return km between unit vectors; half the chord keeps short distances exact."""
    squared = np.zeros((len(rows), len(columns)))
    for axis in range(3):
        squared += np.subtract.outer(rows[:, axis], columns[:, axis]) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.minimum(np.sqrt(squared) / 2, 1.0)), dtype=np.float64)


def wrong_points(longitudes: Floats, latitudes: Floats) -> list[Text]:
    """Return what is wrong with coordinates: unlike lengths, missing, or off the globe."""
    lon, lat = np.asarray(longitudes, dtype=np.float64), np.asarray(latitudes, dtype=np.float64)
    if lon.ndim != 1 or lon.shape != lat.shape:
        return [
            Text(
                f"经度和纬度应为等长的一维数组，读到 {lon.shape} 和 {lat.shape}。",
                f"Longitudes and latitudes must be of one length; read {lon.shape} and {lat.shape}.",
            )
        ]
    wrong = int((~(np.abs(lon) <= 180) | ~(np.abs(lat) <= 90)).sum())
    if not wrong:
        return []
    return [
        Text(
            f"有{wrong}个点的坐标缺失或超出范围（经度±180，纬度±90）。",
            f"Points whose coordinates are missing or outside 180 and 90 degrees: {wrong}.",
        )
    ]
