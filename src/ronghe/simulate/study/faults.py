"""What is wrong with a scenario file: every fault at once, with path, value read, what is allowed and the remedy.

Entries of a list are counted from 1: ``lever[2].before`` is the key ``before`` of the second ``[[lever]]``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from ronghe.base.errors import DataFault, Fault, RongheError
from ronghe.base.i18n import catalogue
from ronghe.base.region import nearest
from ronghe.base.text import Text, same
from ronghe.simulate.scenario import CHANNELS
from ronghe.simulate.study.schema import TABLES

Path = Sequence[str | int]
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_LONGEST = 60


class ScenarioFileFault(DataFault):
    """All faults of a scenario file, found in one run; exit code 3."""

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        told = words("one_fault") if count == 1 else words("faults", count=count)
        head = words("fault_head", file=file, count=told)
        lines = [words("fault", code=f.code, place=f.place, read=f.read, expected=f.expected, remedy=f.remedy)
                 for f in self.faults]  # fmt: skip
        RongheError.__init__(
            self, Text("\n  ".join([head.zh, *(t.zh for t in lines)]), "\n  ".join([head.en, *(t.en for t in lines)]))
        )


def words(key: str, **values: object) -> Text:
    """Return an entry of the catalogue of scenario files, filled."""
    return catalogue("scenario")[key].format(**values)


def shown(path: Path) -> str:
    """Return a path as it is printed.

    Examples
    --------
    >>> shown(("lever", 1, "pairs", 0, 1))
    'lever[2].pairs[1][2]'
    """
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def read_as(value: Any) -> Text:
    """Return a value as it stood in the file, shortened."""
    if isinstance(value, str):
        cut = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
        return Text(f"“{cut}”", f'"{cut}"')
    text = json.dumps(value, ensure_ascii=False, default=str)
    return same(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def hint(name: str, known: Iterable[str]) -> Text:
    """Return the remedy that names the nearest known names, or plain words where none is near."""
    near = nearest(name, known)
    return words("did_you_mean", near=Text("、".join(near), ", ".join(near))) if near else words("correct")


def choices(names: Iterable[str]) -> Text:
    """Return the sentence part "one of …"."""
    listed = list(names)
    return words("one_of") + Text("、".join(listed), ", ".join(listed))


def field_faults(error: ValidationError) -> list[Fault]:
    """Return what pydantic found, in our own words and without its links."""
    return [_fault(one["type"], one["loc"], one["input"]) for one in error.errors(include_url=False)]


def _fault(kind: str, loc: Path, value: Any) -> Fault:
    if kind == "extra_forbidden":
        return _unknown_key(loc)
    expected, remedy = _allowed(loc, value)
    if kind == "missing":
        return Fault("C103", shown(loc), words("nothing"), expected, words("add"))
    return Fault("C104", shown(loc), read_as(value), expected, remedy)


def _unknown_key(loc: Path) -> Fault:
    table = TABLES.get(str(loc[0]))
    known = list(table.model_fields) if table and len(loc) > 1 else list(TABLES)
    listed = Text("、".join(known), ", ".join(known))
    return Fault("C102", shown(loc), read_as(str(loc[-1])), words("known_keys", keys=listed), hint(str(loc[-1]), known))


def _allowed(loc: Path, value: Any) -> tuple[Text, Text]:
    """Return what may stand at a path, and what to do."""
    names = [part for part in loc if isinstance(part, str)]
    table, key = names[0], names[1] if len(names) > 1 else ""
    if not key:
        return words(f"root_{table}"), words("correct")
    expected = words(f"{table}_{key}")
    options = [option for option in _options(TABLES[table].model_fields[key].annotation) if isinstance(option, str)]
    if not options:
        return expected, words("correct")
    expected = expected + Text("：", ": ") + choices(options)
    if key == "channel" and isinstance(value, str) and value in CHANNELS:
        return expected, words("not_a_trade_cost")
    return expected, hint(value, options) if isinstance(value, str) else words("correct")


def _options(annotation: Any) -> list[Any]:
    """Return the values of a Literal, also inside an optional one."""
    found: list[Any] = []
    for part in get_args(annotation):
        found += _options(part) if get_args(part) else [part]
    return found


def syntax_fault(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    """Return a fault of syntax with its line: a key written twice, or no TOML."""
    said = str(error)
    at = _AT.search(said)
    lines = text.splitlines() or [""]
    number = int(at[1]) if at and at[1] else len(lines)
    read = lines[min(number, len(lines)) - 1].strip()
    twice = said.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate"))
    expected, remedy = (words("once"), words("once_fix")) if twice else (words("toml"), words("toml_fix"))
    return Fault("C101", f"line {number}", read_as(read), expected, remedy)
