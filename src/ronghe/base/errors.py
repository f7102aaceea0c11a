"""One family of errors. Each carries its sentence in two languages and an exit code for scripts.

=====  ==========================================================================
exit   meaning
=====  ==========================================================================
0      done
1      done with findings, nothing computable inside the area, or not converged
2      wrong use: unknown name, impossible option
3      data invalid
4      environment: missing extra, font, port, rights, space
=====  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ronghe.base.tables import titled
from ronghe.base.text import Lang, Text, joined

Severity = Literal["error", "warning", "note"]


class RongheError(Exception):
    """What every fault of this package is: a sentence in both languages and an exit code.

    Parameters
    ----------
    text : Text
        What happened, what was read, what to do.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, text: Text) -> None:
        super().__init__(f"{text.zh} / {text.en}")
        self.text = text

    def message(self, lang: Lang) -> str:
        """Return the sentence in the reader's language."""
        return self.text.of(lang)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the sentence: a fault crosses from one process to another whatever it was made of."""
        return _again, (type(self), self.text), self.__dict__


def _again(kind: type[RongheError], text: Text) -> RongheError:
    fault = kind.__new__(kind)
    RongheError.__init__(fault, text)
    return fault


class UnknownName(RongheError):
    """A name that the program does not know; the nearest known ones stand in the sentence.

    Parameters
    ----------
    kind : Text
        What the name would be of.
    read : str
    nearest : iterable of str
    more : Text, optional
        What is known of the name all the same, such as the province of a city.
    """

    def __init__(self, kind: Text, read: str, nearest: Iterable[str], more: Text = Text("", "")) -> None:
        near = list(nearest)
        hint = (
            Text(f"您是否要找：{'、'.join(near)}？", f"Did you mean {', '.join(near)}?")
            if near
            else Text("", "")
            if more.zh
            else Text("没有相近的名称。", "No known name is near it.")
        )
        told = Text(f"未知的{kind.zh}“{read}”。", f'Unknown {kind.en} "{read}".')
        told += Text(hint.zh, f" {hint.en}" if hint.en else "") + Text(more.zh, f" {more.en}" if more.en else "")
        super().__init__(told)
        self.read = read
        self.nearest = tuple(near)


class UnknownRegion(UnknownName):
    """A region name or code that no table knows."""


class UnknownArea(UnknownName):
    """An area name that is neither a strategy, a plate nor a list of regions."""


class UnknownTerm(UnknownName):
    """A term, table or indicator that no list holds."""


class ParameterFault(RongheError):
    """A parameter outside what the model allows."""


class ScenarioFault(RongheError):
    """A scenario that cannot be meant: no pair, a cut outside (0, 1), a lever without a measure."""


class UnitFault(RongheError):
    """Two units that do not convert into each other, or a unit no one knows."""

    exit_code = 3


class VintageFault(RongheError):
    """Figures of two vintages that must not be combined."""

    exit_code = 3


class EnvironmentFault(RongheError):
    """The machine lacks something: rights, space, a package, a file made at build time."""

    exit_code = 4


class UnconvergedSolution(RongheError):
    """An equilibrium without a certificate was asked for a number."""

    exit_code = 1


class NotIdentified(RongheError):
    """The data cannot tell what was asked.

    Parameters
    ----------
    key : str
        The key of ``data.identifies`` that is false.
    reason : Text
        Why the tables at hand cannot tell.
    unlocks : tuple of str
        Tables that would unlock the answer.
    """

    exit_code = 1

    def __init__(self, key: str, reason: Text, unlocks: tuple[str, ...] = ()) -> None:
        told = Text(
            f"无法识别：{reason.zh.strip().rstrip('。')}。", f"Not identified: {reason.en.strip().rstrip('.')}."
        )
        if unlocks:
            tables = joined([titled(table) for table in unlocks])
            told += Text(
                f"取得下列表后可以判断：{tables.zh}。索取函：ronghe request 表名。",
                f" These tables would unlock it: {tables.en}. Letter: ronghe request TABLE.",
            )
        super().__init__(told)
        self.key = key
        self.reason = reason
        self.unlocks = unlocks


class GameFault(RongheError):
    """A game that cannot be one: wrong length, cells without a number, v(empty set) not 0."""


class GameTooLargeError(GameFault):
    """More players than a table of all coalitions can hold."""


class SharingRefused(GameFault):
    """A sharing rule that has no answer in this game: too little to compensate with, nobody can be kept whole.

    Parameters
    ----------
    short : float
        What is missing, in the unit of the game.
    """

    exit_code = 1

    def __init__(self, text: Text, short: float) -> None:
        super().__init__(text)
        self.short = short


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a table: where, what was read, what was expected, what to do.

    Attributes
    ----------
    code : str
        Stable code, e.g. ``"E301"``.
    place : str
        ``file!sheet!cell`` or ``file!line 14, column persons``.
    read, expected, remedy : Text
        What stood there, what should stand there, what to do.
    """

    code: str
    place: str
    read: Text
    expected: Text
    remedy: Text
    severity: Severity = "error"

    @property
    def text(self) -> Text:
        """The whole fault as one sentence."""
        return Text(
            f"{self.code} {self.place}：读到 {self.read.zh}；应为 {self.expected.zh}。{self.remedy.zh}",
            f"{self.code} {self.place}: read {self.read.en}; expected {self.expected.en}. {self.remedy.en}",
        )


class DataFault(RongheError):
    """All faults of a data set, found in one run."""

    exit_code = 3

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        super().__init__(
            Text(
                f"数据有{count}处错误：\n" + "\n".join("  " + fault.text.zh for fault in self.faults),
                f"The data have {count} fault{'s' if count != 1 else ''}:\n"
                + "\n".join("  " + fault.text.en for fault in self.faults),
            )
        )
