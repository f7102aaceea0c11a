"""Charts: pure functions from an exhibit's table to an ECharts option, which ``report.svg`` draws."""

from ronghe.report.charts.bars import coalition_bars, grouped_bars, ranking, tornado, waterfall
from ronghe.report.charts.common import Option, figure_size
from ronghe.report.charts.dots import dot_plot, shares_plot, year_dots
from ronghe.report.charts.flows import flow_heatmap
from ronghe.report.charts.lines import line_band, line_interval

__all__ = [
    "Option",
    "coalition_bars",
    "dot_plot",
    "figure_size",
    "flow_heatmap",
    "grouped_bars",
    "line_band",
    "line_interval",
    "ranking",
    "shares_plot",
    "tornado",
    "waterfall",
    "year_dots",
]
