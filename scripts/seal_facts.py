"""Seal the embedded tables anew, after a change of theirs that is meant: writes facts/seals.json."""

from __future__ import annotations

from ronghe.data.facts import FACTS
from ronghe.data.seals import SEALS, seals_text

if __name__ == "__main__":
    (FACTS / SEALS).write_text(seals_text(FACTS), encoding="utf-8")
    print(FACTS / SEALS)
