"""Sources of tables of one's own: those of a table of sources, and the files themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ronghe.base.provenance import Source
from ronghe.base.text import Text, same
from ronghe.data.facts import read_sources
from ronghe.data.intake.folding import folded
from ronghe.data.multiregional import MultiRegional
from ronghe.data.placed import PlacedRows

USER = Text("使用者", "the user")
NOT_STATED = "—"
"""Licence of a file: nobody stated one."""


def file_sources(hashes: Mapping[str, str]) -> list[Source]:
    """Return files as sources: a file has no edition but its bytes."""
    return [Source(file, same(file), USER, f"sha256:{sha[:16]}", NOT_STATED, False) for file, sha in hashes.items()]


def sources_of(
    tables: Mapping[str, PlacedRows], grids: Sequence[MultiRegional] = (), *, shipped: Mapping[str, Source]
) -> dict[str, Source]:
    """Return the sources by key: as a table of sources has them, each name used in a column, and each file.

    Parameters
    ----------
    shipped : mapping of key to Source
        Sources that the package registers: a column may name one by its key or its title.
    """
    registered = {folded(name): one for one in shipped.values() for name in (one.key, one.title.zh, one.title.en)}
    found: dict[str, Source] = {}
    for hashes in (*(rows.hashes for rows in tables.values()), *(grid.hashes for grid in grids)):
        found |= {source.key: source for source in file_sources(hashes)}
    for rows in tables.values():
        for key in dict.fromkeys(rows.columns.get("source", ())):
            if key is not None:
                stated = Source(key, same(key), USER, "", NOT_STATED, False)
                # Under the name by which the table cites it.
                found[key] = replace(registered.get(folded(key), stated), key=key)
    if "sources" in tables:
        found |= read_sources(tables["sources"])
    return found
