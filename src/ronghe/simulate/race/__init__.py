"""The subsidy race (competition cost, 竞争成本): overbidding, joint restraint, capacity built twice."""

from ronghe.simulate.race.capacity import Capacity as Capacity
from ronghe.simulate.race.capacity import duplicated_capacity as duplicated_capacity
from ronghe.simulate.race.cost import CompetitionCost as CompetitionCost
from ronghe.simulate.race.cost import competition_cost as competition_cost
from ronghe.simulate.race.game import SubsidyGame as SubsidyGame
from ronghe.simulate.race.game import restraint as restraint
from ronghe.simulate.race.game import subsidy_game as subsidy_game
