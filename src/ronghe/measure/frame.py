"""The table of one observed subject: a row a member, the sum below, coverage in the notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ronghe.base.area import Area
from ronghe.base.exhibit import Column, Exhibit, Table
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text, joined
from ronghe.data import Dataset
from ronghe.measure.figures import Figure, Lookup, percent, rank_ends, share_of, whole


class Frame:
    """An area's members with facts, and every table made of them."""

    def __init__(self, data: Dataset, area: Area) -> None:
        self.data, self.area, self.lookup = data, area, Lookup(data)
        self.members = tuple(code for code in area.regions if data.has(code))

    @property
    def label(self) -> Text:
        """Whose figures these are: the area's only where every member has data and belongs to it wholly."""
        partial = {member.region for member in self.area.partial} & set(self.members)
        if len(self.members) == 1:
            whole = Text("（以全省代替部分）", " (whole province stands for part)") if partial else Text("", "")
            return self.name(self.members[0]) + whole
        label, count = self.area.short, len(self.members)
        if count < len(self.area):
            label = Text(f"{label.zh}有数据的{count}个成员", f"the {count} members of {label.en} with data")
        if partial:
            label += Text("（以全省代替部分）", " (whole provinces stand for parts)")
        return label

    def name(self, code: str) -> Text:
        """Return the name of a region."""
        return self.data.region(code).name

    def column(self, indicator: str, year: int) -> list[Figure]:
        """Return one figure a member."""
        return [self.lookup.figure(indicator, code, year) for code in self.members]

    def status_of(self, indicator: str, year: int) -> Status:
        """Return the status of a column: how the published figures came about."""
        return weakest(self.lookup.statuses_of(indicator, year))

    def everywhere(self, indicator: str, year: int) -> list[Figure]:
        """Return one figure for every region with facts."""
        return [self.lookup.figure(indicator, code, year, trace=False) for code in self.data.codes]

    def exhibit(
        self,
        id: str,
        title: Text,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Figure]],
        sums: Sequence[Figure],
        notes: tuple[Text, ...],
    ) -> Exhibit:
        """Return the table: one row a member, and their sum where there are several."""
        head = Column("region", Text("地区", "Region"))
        body = [(self.name(code), *row) for code, row in zip(self.members, rows, strict=True)]
        summed: dict[int, Status] = {}
        if len(self.members) > 1:
            summed = {} if self.invented else {len(body): "computed"}
            body.append((Text("合计（计算）", "Together (computed)") if summed else Text("合计", "Together"), *sums))
        if self.invented:
            columns = [replace(column, status=None) for column in columns]
        return Exhibit(
            id=f"observed-{id}",
            title=Text(title.zh, title.en[:1].upper() + title.en[1:]),
            kind="table",
            table=Table((head, *columns), tuple(body)),
            notes=(*notes, *self._coverage()),
            provenance=self.lookup.provenance,
            # Titles say sums, shares and figures per head, which are computed.
            status="demonstration" if self.invented else weakest(["computed", *self.lookup.statuses]),
            row_statuses=summed,
        )

    @property
    def invented(self) -> bool:
        """Whether every figure is of the demonstration."""
        return self.data.status == "demonstration"

    def _coverage(self) -> tuple[Text, ...]:
        absent = [member for member in self.area.regions if not self.data.has(member)]
        partial = [member.region for member in self.area.partial if self.data.has(member.region)]
        said = []
        if absent:
            names = joined([self.name(code) for code in absent])
            said.append(Text(f"没有数据的成员：{names.zh}。", f"Members without data: {names.en}."))
        if partial:
            names = joined([self.name(code) for code in partial])
            said.append(
                Text(
                    f"{names.zh}只有部分地区属于该区域，以全省代替。",
                    f"Only a part of {names.en} belongs to the area; the whole province stands for it.",
                )
            )
        return tuple(said)


def number(key: str, zh: str, en: str, unit: Text, style: str, status: Status = "computed") -> Column:
    """Return a column of numbers: computed, unless it is said how they were published."""
    return Column(key, Text(zh, en), unit, style, status)


def any_known(values: Sequence[Figure]) -> bool:
    """Whether one of the figures is there."""
    return any(value is not None for value in values)


def per_head(money: Figure, people: Figure) -> Figure:
    """Return yuan per head from 亿元 and persons."""
    held = share_of(money, people)
    return None if held is None else held * 1e8


def yuan(value: Figure) -> Text:
    """Return whole yuan in words."""
    return whole(value) + Text("元", " yuan")


def moved(change: Figure) -> Text:
    """Return a relative change in words."""
    if change is None:
        return Text("变化不明", "changed by an unknown share")
    zh, en = ("增加", "grew by") if change >= 0 else ("减少", "fell by")
    return Text(f"{zh}{percent(abs(change))}", f"{en} {percent(abs(change))}")


def ends_of(frame: Frame, values: Sequence[Figure], zh: str, en: str, shown: Callable[[Figure], Text]) -> Text:
    """Return the clause that names the highest and the lowest member, empty with fewer than two."""
    ends = rank_ends(frame.members, values)
    if ends is None:
        return Text("", "")
    (high, most), (low, least) = ends
    top, bottom = frame.name(high), frame.name(low)
    return Text(
        f"：{zh}最高的是{top.zh}（{shown(most).zh}），最低的是{bottom.zh}（{shown(least).zh}）",
        f"; {en} {top.en} ({shown(most).en}), lowest {bottom.en} ({shown(least).en})",
    )
