"""Room ``data``: tables in, a checked :class:`Dataset` out, with what it can and cannot tell."""

from ronghe.data.areas import AreaMembersFault
from ronghe.data.baseline import Baseline, People
from ronghe.data.coverage import CoverageRow
from ronghe.data.dataset import Dataset
from ronghe.data.figures import Fact, MissingFigure, one_vintage
from ronghe.data.identifies import Holding, Identification, identify
from ronghe.data.letter import Letter
from ronghe.data.load import load, save
from ronghe.data.request import missing_tables, request
from ronghe.data.schema import schema
from ronghe.data.tables import ClassPrices, MigrationCount
from ronghe.data.validation import Validation

__all__ = [
    "AreaMembersFault",
    "Baseline",
    "ClassPrices",
    "CoverageRow",
    "Dataset",
    "Fact",
    "Holding",
    "Identification",
    "Letter",
    "MigrationCount",
    "MissingFigure",
    "People",
    "Validation",
    "identify",
    "load",
    "missing_tables",
    "one_vintage",
    "request",
    "save",
    "schema",
]
