"""Room ``share``: who gets what, who would leave, and what keeps them."""

from ronghe.base.errors import SharingRefused as SharingRefused
from ronghe.share.allocation import Allocation as Allocation
from ronghe.share.allocation import allocate as allocate
from ronghe.share.compensation import Compensation as Compensation
from ronghe.share.compensation import least_compensation as least_compensation
from ronghe.share.core import CoreRange as CoreRange
from ronghe.share.core import core_range as core_range
from ronghe.share.core import in_core as in_core
from ronghe.share.diagnostics import Diagnostics as Diagnostics
from ronghe.share.diagnostics import diagnose as diagnose
from ronghe.share.game import CoalitionGame as CoalitionGame
from ronghe.share.game import game_from_costs as game_from_costs
from ronghe.share.game import game_from_list as game_from_list
from ronghe.share.nucleolus import nucleolus as nucleolus
from ronghe.share.nucleolus import prenucleolus as prenucleolus
from ronghe.share.shapley import dividends as dividends
from ronghe.share.shapley import shapley as shapley
from ronghe.share.transfers import Payment as Payment
from ronghe.share.transfers import Transfers as Transfers
from ronghe.share.worth import coalition_game as coalition_game
from ronghe.share.worth import silent_losers as silent_losers
