"""Text that enters a spreadsheet cell must never act as a formula there."""

from __future__ import annotations

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Return ``text`` with an apostrophe in front where a spreadsheet would take it for a formula.

    Examples
    --------
    >>> neutral("=1+1")
    "'=1+1"
    >>> neutral("皖")
    '皖'
    """
    return "'" + text if text.startswith(_ACTS) else text
