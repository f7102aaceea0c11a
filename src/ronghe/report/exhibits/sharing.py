"""Who gets what: coalitions, four readings side by side, compensation."""

from __future__ import annotations

from collections import Counter

from ronghe.base.exhibit import Exhibit, Table
from ronghe.base.i18n import catalogue
from ronghe.base.text import LANGS, Text
from ronghe.report.charts import coalition_bars, shares_plot
from ronghe.report.exhibits.parts import both, money, number, percent, text
from ronghe.report.headline import payable_losses
from ronghe.report.numbers import num
from ronghe.report.results import AreaResults, Sharing, Simulated
from ronghe.report.sentences import names
from ronghe.share import Allocation, Compensation

_MOST = 40


def _words(key: str, **values: object) -> Text:
    return catalogue("exhibits")[key].format(**values)


def coalition_names(run: Sharing, mask: int) -> Text:
    """Return the members of a coalition as words."""
    return names(name for bit, name in enumerate(run.game.names) if mask >> bit & 1)


def _coalition_table(run: Sharing, masks: list[int]) -> Table:
    columns = (
        text("coalition", "联合", "Coalition"),
        number("size", "成员数", "Members", "integer"),
        money("worth", "可支付收益", "Worth (payable part)"),
        percent("share", "占全体联合", "Share of all together"),
    )
    worth = run.game.worth
    whole = float(worth[-1])
    rows = tuple(
        (
            coalition_names(run, mask),
            mask.bit_count(),
            float(worth[mask]),
            float(worth[mask]) / whole if whole else None,
        )
        for mask in masks
    )
    return Table(columns, rows)


def coalitions(results: AreaResults, run: Sharing) -> Exhibit:
    """Return the worth of coalitions: all of a small area, some of a large one.

    On observed trade the dearest come first. On estimated trade an order by worth would rank pairs that no table
    has observed, so they stand by size and by the order of the members.
    """
    worth = run.game.worth
    estimated = _estimated(results)
    masks = [mask for mask in range(1, len(worth)) if mask & (mask - 1)]
    masks.sort(key=_by_size if estimated else lambda mask: (-float(worth[mask]), mask))
    some = "coalitions_all"
    if len(masks) > _MOST:
        masks, some = (_whole_sizes(masks), "coalitions_largest") if estimated else (masks[:_MOST], "coalitions_some")
    table = _coalition_table(run, masks)
    note = _words(some, n=len(worth), shown=len(table.rows))
    return Exhibit(
        "coalitions",
        _words("coalitions_estimated" if estimated else "coalitions", area=results.area.short),
        "chart",
        table,
        both(coalition_bars, table),
        notes=(
            *([_words("worths_estimated")] if estimated else []),
            note,
            _words("payable_only"),
            *run.game.notes,
        ),
        status=run.game.status,
    )


def _by_size(mask: int) -> tuple[int, list[int]]:
    """Order coalitions by size, the largest first, then by the order of their members."""
    return -mask.bit_count(), [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _whole_sizes(masks: list[int]) -> list[int]:
    """Return the largest coalitions, of each size all or none."""
    count = Counter(mask.bit_count() for mask in masks)
    sizes = sorted(count, reverse=True)
    kept = [size for at, size in enumerate(sizes) if sum(count[one] for one in sizes[: at + 1]) <= _MOST]
    return [mask for mask in masks if mask.bit_count() in kept]


def _estimated(results: AreaResults) -> bool:
    return results.data.baseline.pair_status == "estimated"


def full_tables(run: Sharing) -> dict[str, Table]:
    """Return the worth of every coalition, for the run folder."""
    return {"coalition_worth": _coalition_table(run, list(range(len(run.game.worth))))}


def shares(results: AreaResults, run: Sharing) -> Exhibit:
    """Return Shapley value, core range, nucleolus and gains before any transfer, side by side."""
    columns = (
        text("region", "地区", "Region"),
        money("before", "转移之前", "Before any transfer"),
        money("shapley", "沙普利值", "Shapley value"),
        money("nucleolus", "核仁", "Nucleolus"),
        money("core_low", "核心区间下端", "Core range, least"),
        money("core_high", "核心区间上端", "Core range, most"),
    )
    nucleolus = run.nucleolus.payoffs if isinstance(run.nucleolus, Allocation) else None
    rows = tuple(
        (
            name,
            float(run.before[n]),
            float(run.shapley.payoffs[n]),
            None if nucleolus is None else float(nucleolus[n]),
            float(run.core.low[n]),
            float(run.core.high[n]),
        )
        for n, name in enumerate(run.game.names)
    )
    table = Table(columns, rows)
    shown = [key for key in ("before", "shapley", "nucleolus") if table.column(key)[0] is not None]
    rules = [(_words("rule_shapley"), run.shapley)]
    if isinstance(run.nucleolus, Allocation):
        rules.append((_words("rule_nucleolus"), run.nucleolus))
    estimated = _estimated(results)
    notes = (
        *([_words("sharing_estimated")] if estimated else []),
        _words("payable_only"),
        run.core.text,
        *(_words("of_rule", rule=name, complaint=found.complaint) for name, found in rules),
        *run.shapley.notes,
        _words("in_model"),
    )
    return Exhibit(
        "shares",
        _words("shares_estimated" if estimated else "shares", area=results.area.short),
        "chart",
        table,
        both(shares_plot, table, values=shown, low="core_low", high="core_high"),
        notes=notes,
        status=run.game.status,
    )


def compensation(results: AreaResults, run: Simulated) -> Exhibit:
    """Return who would have to be compensated, by whom, so that nobody is worse off than today."""
    found = run.compensation
    columns = (
        text("region", "地区", "Region"),
        money("gain", "转移之前", "Before"),
        money("transfer", "补偿（正为收，负为付）", "Compensation (received +, paid −)"),
        money("after", "之后", "After"),
    )
    possible = isinstance(found, Compensation)
    at = [run.gain.regions.index(code) for code in run.gain.members]
    gains = run.gain.payable[at]
    rows = tuple(
        (
            results.data.region(code).name,
            float(gains[n]),
            float(found.net[n]) if isinstance(found, Compensation) else None,
            float(found.payoffs[n]) if isinstance(found, Compensation) else None,
        )
        for n, code in enumerate(run.gain.members)
    )
    title, notes = found.text, [_words("payable_only")]
    if isinstance(found, Compensation) and not found.due:
        title = _nobody(results, run)
    if payable_losses(results, run):
        notes.append(_words("outside_not_compensated"))
    return Exhibit(
        "compensation",
        title,
        "table" if possible else "refused",
        Table(columns, rows),
        notes=tuple(notes),
        status=run.gain.status,
    )


def _nobody(results: AreaResults, run: Simulated) -> Text:
    """Say that no member loses, and beside it what is lost outside."""
    lost = payable_losses(results, run)
    if not lost:
        return _words("no_losers")
    total = -sum(lost.values())
    return _words("no_losers_outside", n=len(lost), lost=Text(*(num(total, "money", lang) for lang in LANGS)))


def diagnostics(results: AreaResults, run: Sharing) -> Exhibit:
    """Return what the game is like: superadditive, convex, and the sign of outsiders' gains."""
    columns = (text("finding", "结果", "Finding"),)
    rows = tuple((sentence,) for sentence in run.diagnostics.sentences)
    estimated = _estimated(results)
    return Exhibit(
        "game",
        _words("game_estimated" if estimated else "game"),
        "table",
        Table(columns, rows),
        notes=(_words("sharing_estimated"),) if estimated else (),
        status=run.game.status,
    )


def refused(results: AreaResults, reason: Text) -> Exhibit:
    """Return the place of the game where there is none, with the reason."""
    title = _words("no_game", area=results.area.short)
    return Exhibit("coalitions", title, "refused", Table((text("reason", "原因", "Reason"),), ()), notes=(reason,))
