"""Shared public affairs (跨区域公共事务): own interest against joint provision, cost shares, contracts."""

from ronghe.simulate.affairs.contracts import RenewalRange as RenewalRange
from ronghe.simulate.affairs.contracts import renewal_range as renewal_range
from ronghe.simulate.affairs.contracts import water_index as water_index
from ronghe.simulate.affairs.costs import CostShare as CostShare
from ronghe.simulate.affairs.costs import cost_shares as cost_shares
from ronghe.simulate.affairs.effort import Bought as Bought
from ronghe.simulate.affairs.effort import Contract as Contract
from ronghe.simulate.affairs.effort import effort_bought as effort_bought
from ronghe.simulate.affairs.forms import Curve as Curve
from ronghe.simulate.affairs.forms import linear as linear
from ronghe.simulate.affairs.forms import linear_quadratic as linear_quadratic
from ronghe.simulate.affairs.forms import piecewise as piecewise
from ronghe.simulate.affairs.forms import threshold as threshold
from ronghe.simulate.affairs.input import Affair as Affair
from ronghe.simulate.affairs.input import affair as affair
from ronghe.simulate.affairs.input import payable_only as payable_only
from ronghe.simulate.affairs.outcome import Outcome as Outcome
from ronghe.simulate.affairs.provision import Provision as Provision
from ronghe.simulate.affairs.provision import joint_provision as joint_provision
from ronghe.simulate.affairs.provision import own_interest as own_interest
from ronghe.simulate.affairs.provision import public_affair as public_affair
