"""Functional zoning (主体功能区): limits that a scenario may not break, and what a limit forgoes."""

from ronghe.simulate.zoning.forgone import Forgone as Forgone
from ronghe.simulate.zoning.forgone import forgone_revenue as forgone_revenue
from ronghe.simulate.zoning.limits import Breach as Breach
from ronghe.simulate.zoning.limits import Zoning as Zoning
from ronghe.simulate.zoning.limits import ZoningFault as ZoningFault
from ronghe.simulate.zoning.limits import zoning_limits as zoning_limits
from ronghe.simulate.zoning.share import Offer as Offer
from ronghe.simulate.zoning.share import keep_functions as keep_functions
from ronghe.simulate.zoning.share import largest_share as largest_share
from ronghe.simulate.zoning.solved import keep_functions_of as keep_functions_of
from ronghe.simulate.zoning.table import Limit as Limit
from ronghe.simulate.zoning.table import functions_by_area as functions_by_area
