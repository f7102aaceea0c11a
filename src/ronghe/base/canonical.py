"""Canonical JSON and content hashes: the same content gives the same bytes on every machine.

Keys sorted, no spaces, UTF-8, numbers in their shortest round-trip form, no NaN.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def canonical_json(value: Any) -> str:
    """Return the one JSON text of ``value``.

    Raises
    ------
    ValueError
        For NaN or infinity, which have no place in a record.

    Examples
    --------
    >>> canonical_json({"b": 1.0, "a": [1, "沪"]})
    '{"a":[1,"沪"],"b":1.0}'
    """
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def content_hash(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``, 64 hex digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def array_hash(*arrays: np.ndarray[Any, Any]) -> str:
    """Return the SHA-256 over shapes, types and bytes of arrays, in order."""
    digest = hashlib.sha256()
    for array in arrays:
        held = np.ascontiguousarray(array)
        digest.update(f"{held.shape}{held.dtype.str}".encode())
        digest.update(held.tobytes())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _plain(value: Any) -> Any:
    """Turn numpy values, tuples and mappings into what JSON knows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("NaN and infinity have no canonical form")
    return value
