"""The second formula: every market of a solved state recomputed from the definitions of the model.

Nothing here reads the solver's coefficients or calls its equations. Shares are formed in full, expenditure is one
linear solve at the reported prices (in large worlds the reported one), and each block is checked by itself:

    price      P_nj against (sum_i pi_nij (k^_nij p^_ij)^-theta_j)^(-1/theta_j)
    goods      X_nj against final use and inputs of what is sold
    factors    wages, rents and land rents against what sectors pay for them
    migration  people against m_on (V^_n / mu^_on)^kappa
    scale      productivity against (labour in the sector)^psi
    fiscal     grants against the centre's tax; taxes shared against taxes raised; uses against income; Walras' law
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import same
from ronghe.simulate.blocks import Services
from ronghe.simulate.closure import Moves
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World

DENSE_LIMIT = 1_500
"""Most region-sector cells for which expenditure is solved anew, as one dense system; above it what was reported is
put into the equations."""


@dataclass(frozen=True, slots=True, eq=False)
class Hats:
    """A solved state by name, as hats; spending in levels.

    Wages and people by (group, region); prices, spending and productivity by (sector, region), the last None where
    scale is off.
    """

    wages: Floats
    rents: Floats
    land_rents: Floats
    people: Floats
    prices: Floats
    spending: Floats
    productivity: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """What is checked, and what follows from it before any market is looked at."""

    world: World
    shock: Shock
    hats: Hats
    parameters: Parameters
    moving: Moves

    @property
    def bills(self) -> Floats:
        """Share of each group in wage bills, shape (group, sector, region)."""
        groups = self.world.blocks.groups
        return np.ones((1, *self.world.output.shape)) if groups is None else groups.bills

    @property
    def shares(self) -> tuple[Floats, Floats, Floats]:
        """Cost shares of labour, capital and land, shape (sector, region)."""
        g, b = self.world.value_added_shares, self.world.capital_shares
        estate = (np.arange(len(self.world.sectors)) == self.world.housing)[:, None]
        return g * (1.0 - b), g * b * ~estate, g * b * estate

    @property
    def labour_cost(self) -> Floats:
        """Hat of the cost of labour in each sector, shape (sector, region)."""
        power = 1.0 - self.parameters.group_substitution
        if len(self.bills) == 1:
            return np.broadcast_to(self.hats.wages[0], self.world.output.shape)
        if abs(power) < 1e-9:
            return np.asarray(np.prod(self.hats.wages[:, None, :] ** self.bills, axis=0))
        return np.asarray((self.bills * self.hats.wages[:, None, :] ** power).sum(axis=0) ** (1.0 / power))

    @property
    def rates(self) -> Floats:
        """Subsidy rates after the change, shape (sector, region)."""
        return self.world.subsidies if self.shock.subsidies is None else self.shock.subsidies

    @property
    def capital(self) -> Floats:
        """Hat of capital in each place: the pool follows rents."""
        if self.moving.capital == 0.0:
            return np.ones(len(self.world.regions)) if self.shock.capital is None else self.shock.capital
        held = (self.shares[1] * self.world.output).sum(axis=0) * self.world.domestic
        pull = held * self.hats.rents**self.moving.capital
        hat = np.divide(pull * held.sum(), held * pull.sum(), out=np.ones_like(held), where=held > 0)
        return np.asarray(hat)

    @property
    def money(self) -> float:
        """The numeraire: national consumer prices, or world value added, which the state keeps."""
        if self.world.numeraire != "national":
            return 1.0
        weights = self.world.household * self.world.domestic
        logs = np.log(np.where(weights > 0, self.hats.prices, 1.0))
        return float(np.exp((weights * logs).sum() / weights.sum()))

    @property
    def land(self) -> Floats:
        """Hat of land in use: the quota, and more where rents rise in units of the numeraire."""
        quota = np.ones(len(self.world.regions)) if self.shock.land is None else self.shock.land
        return np.asarray(quota * (self.hats.land_rents / self.money) ** self.moving.land_supply)


@dataclass(frozen=True, slots=True, eq=False)
class _Incomes:
    """Who has what after the change; arrays of shape (region,)."""

    added: Floats
    inflow: Floats
    grants: Floats
    owed: Floats
    """The part of ``grants`` that the centre pays."""

    household: Floats
    government: Floats
    centre: Floats


def independent_residuals(
    world: World, shock: Shock, hats: Hats, *, parameters: Parameters, moving: Moves
) -> dict[str, float]:
    """Return the largest relative residual of each block.

    Parameters
    ----------
    world : World
    shock : Shock
    hats : Hats
        What the solver reports, in any unit of money.
    parameters : Parameters
    moving : Moves
        What moves under the closure.
    """
    case = _Case(world, shock, hats, parameters, moving)
    trade = _trade(case)
    paid = _paid(case)
    added = sum((part.sum(axis=0) if part.ndim == 2 else part for part in paid), np.zeros(len(world.regions)))
    settled = _incomes(case, added, paid[1], trade.sold)
    if trade.received is None:
        spending, sold = hats.spending, trade.sold
    else:
        spending = _spending(case, trade.received, settled)
        sold = np.einsum("jni,jn->ji", trade.received, spending) / (1.0 - case.rates)
    revenue = (spending * trade.lost).sum(axis=0)
    bought = world.spending > 0
    uses, baskets = _uses(case, settled, revenue), _baskets(world)
    needed = sum((basket * use for basket, use in zip(baskets, uses, strict=True)), np.zeros(sold.shape))
    needed = needed + np.einsum("nkj,jn->kn", world.inputs, sold)
    found = {
        "price": _largest(np.where(bought, trade.index / hats.prices - 1.0, 0.0)),
        "goods": _largest(np.where(bought, needed / np.where(bought, hats.spending, 1.0) - 1.0, 0.0)),
    }
    found |= _factors(case, paid, sold) | _sums(case, settled, revenue, spending, sold)
    if moving.kappa > 0:
        found["migration"] = _migration(case, settled, revenue)
    if moving.scale > 0:
        found["scale"] = _scale(case, sold)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Trade:
    """Trade at the reported prices and spending.

    ``index`` of prices, ``sold`` at cost and ``lost`` (share of spending that wedges take) have shape (sector, region);
    ``received`` (sector, buyer, seller), shares net of wedges, is kept for worlds that are small enough.
    """

    index: Floats
    sold: Floats
    lost: Floats
    received: Floats | None


def _trade(case: _Case) -> _Trade:
    """Form every share in full, sector by sector."""
    world, hats = case.world, case.hats
    cost = hats.rents ** case.shares[1] * hats.land_rents ** case.shares[2] * case.labour_cost ** case.shares[0]
    cost = cost * np.prod(hats.prices.T[:, :, None] ** world.inputs, axis=1).T / _productivity(case)
    price = cost * (1.0 - case.rates) / (1.0 - world.subsidies)
    kept: list[Floats] | None = [] if world.spending.size <= DENSE_LIMIT else None
    index, sold, lost = np.ones(cost.shape), np.zeros(cost.shape), np.zeros(cost.shape)
    for j, theta in enumerate(world.elasticities):
        live = world.spending[j] > 0
        # Shares may be stored in single precision, and what the shock makes of them too: they count as stored.
        stored = np.array(world.shares[j])
        factor = _barrier(world, case.shock, j)
        if factor is not None:
            changed = (factor != 1.0) & (stored > 0)
            stored[changed] *= (factor[changed] ** -theta).astype(stored.dtype)
        kept_sum = np.where(live, world.shares[j].sum(axis=1, dtype=float), 1.0)
        landed = stored / kept_sum[:, None] * price[j] ** -theta
        index[j] = np.where(live, landed.sum(axis=1), 1.0) ** (-1.0 / theta)
        received = landed * (hats.prices[j] ** theta)[:, None]
        wedges = world.tariffs if case.shock.tariffs is None else case.shock.tariffs
        if wedges is not None:
            received = received / (1.0 + wedges[j])
        sold[j] = hats.spending[j] @ received / (1.0 - case.rates[j])
        lost[j] = np.where(live, 1.0 - received.sum(axis=1), 0.0)
        if kept is not None:
            kept.append(received)
    return _Trade(index, sold, lost, None if kept is None else np.array(kept))


def _largest(gap: Floats) -> float:
    return float(np.abs(gap).max(initial=0.0))


def _barrier(world: World, shock: Shock, j: int) -> Floats | None:
    """Return k^ of one sector, shape (buyer, seller): arrays, cuts and wedges together; None where none changes."""
    one = np.ones(world.shares.shape[1:])
    factor = one if shock.barriers is None else one * shock.barriers[j]
    stated = one.copy()
    for cut in shock.cuts:
        if not cut.sectors[j]:
            continue
        if not cut.stated:
            factor[cut.pairs] *= cut.factor
        elif np.isinf(cut.factor):
            stated[cut.pairs] = np.inf
        else:
            open_still = cut.pairs & np.isfinite(stated)
            stated[open_still] = np.minimum(stated[open_still], cut.factor)
    factor = factor * stated
    if shock.tariffs is not None:
        before = 1.0 if world.tariffs is None else 1.0 + world.tariffs[j]
        factor = factor * (1.0 + shock.tariffs[j]) / before
    return None if (factor == 1.0).all() else factor


def _productivity(case: _Case) -> Floats:
    made = np.ones_like(case.world.output) if case.shock.productivity is None else case.shock.productivity
    return made if case.hats.productivity is None else made * case.hats.productivity


def _paid(case: _Case) -> tuple[Floats, Floats, Floats]:
    """Return what labour (group, region), capital and land (region,) are paid at the reported prices."""
    output, hats = case.world.output, case.hats
    held = [(share * output).sum(axis=0) for share in case.shares[1:]]
    bills = (case.bills * case.shares[0] * output).sum(axis=1)
    return bills * hats.wages * hats.people, held[0] * hats.rents * case.capital, held[1] * hats.land_rents * case.land


def _factors(case: _Case, paid: tuple[Floats, Floats, Floats], sold: Floats) -> dict[str, float]:
    """Return the residuals of the factor markets."""
    labour, power = case.labour_cost, 1.0 - case.parameters.group_substitution
    each = case.bills if len(case.bills) == 1 else case.bills * (case.hats.wages[:, None, :] / labour) ** power
    demand = (
        (each * case.shares[0] * sold).sum(axis=1),
        (case.shares[1] * sold).sum(axis=0),
        (case.shares[2] * sold).sum(axis=0),
    )
    return {
        name: _largest(np.divide(wanted - income, income, out=0.0 * income, where=income > 0))
        for name, wanted, income in zip(("labour", "capital", "land"), demand, paid, strict=True)
    }


def _incomes(case: _Case, added: Floats, capital: Floats, sold: Floats) -> _Incomes:
    """Return incomes after their rules: indexed to the nation and to abroad, or a share of the world."""
    world, shock = case.world, case.shock
    home, start = world.domestic, world.value_added
    growth = added.sum() / start.sum()
    nation = added[home].sum() / start[home].sum()
    abroad = growth if home.all() else added[~home].sum() / start[~home].sum()
    grants, before = _government(world)[1], _owned(case, _held(case), moving=False)
    other = world.transfers - before
    if world.fiscal:
        raised, own = _tax_rates(case) * start, _government(world)[0]
        bought = _centre_shares(world) * (raised - own).sum()
        other = np.where(home, other - grants + _centre(world) * start - (own - raised) - bought, 0.0)
    if world.rule == "indexed":
        inflow = other * nation + world.external * abroad
    else:
        inflow = (other + world.external) * growth
    owed = grants * nation
    gifts = np.zeros(len(added)) if shock.gifts is None else np.asarray(shock.gifts, dtype=float)
    worth = case.money if world.numeraire == "national" else growth
    beyond = _owned(case, capital, moving=case.moving.capital > 0)
    paid, received = _taxes(case, added, capital, sold)
    outlay = (case.rates * sold).sum(axis=0)
    at_place = _tax_rates(case) * added
    return _Incomes(
        added=added,
        inflow=inflow,
        grants=owed + gifts * worth,
        owed=owed,
        household=beyond - (paid - at_place),
        government=received - at_place - outlay,
        centre=np.full(len(added), (paid - received).sum()),
    )


def _held(case: _Case) -> Floats:
    """Return baseline income of capital by place."""
    return np.asarray((case.shares[1] * case.world.output).sum(axis=0))


def _owned(case: _Case, capital: Floats, *, moving: bool) -> Floats:
    """Return income of each region's owners less that of the capital in it."""
    owners = case.world.blocks.ownership
    if moving:
        home = case.world.domestic
        held = _held(case) * home
        mine = held if owners is None else owners @ held
        return np.asarray(mine / mine.sum() * capital[home].sum() - np.where(home, capital, 0.0))
    return np.zeros(len(capital)) if owners is None else owners @ capital - capital


def _government(world: World) -> tuple[Floats, Floats]:
    """Return baseline own revenue and recorded grants; abroad government lives on its own revenue."""
    if not world.fiscal:
        return np.zeros(len(world.regions)), np.zeros(len(world.regions))
    spent = world.government.sum(axis=0) + (world.subsidies * world.output).sum(axis=0)
    own = np.where(world.domestic, world.own_revenue, spent)
    return own, spent - own


def _centre(world: World) -> Floats:
    """Return the rate on value added that pays for the grants, shape (region,)."""
    grants = _government(world)[1]
    rate = grants.sum() / world.value_added[world.domestic].sum() if world.fiscal else 0.0
    return np.where(world.domestic, rate, 0.0)


def _centre_shares(world: World) -> Floats:
    """Return where the centre buys: by baseline shares of government use at home."""
    spent = world.government.sum(axis=0) * world.domestic
    return np.asarray(spent / spent.sum())


def _tax_rates(case: _Case) -> Floats:
    """Return taxes raised in each place over its value added in the baseline."""
    world, sharing = case.world, case.world.blocks.sharing
    own = _government(world)[0]
    if sharing is None or not world.fiscal:
        return np.asarray(own / world.value_added)
    added, rents = world.value_added_shares * world.output, case.shares[1] * world.output
    count = len(world.regions)
    base, given = np.zeros((count, count)), np.zeros(count)
    for j in range(len(world.sectors)):
        keys = sharing.shares[j if len(sharing.shares) > 1 else 0]
        base += keys * added[j]
        given += keys @ (sharing.capital_rates * rents[j])
    on_added = np.linalg.solve(base, own - given)
    return np.asarray(on_added + sharing.capital_rates * rents.sum(axis=0) / world.value_added)


def _taxes(case: _Case, added: Floats, capital: Floats, sold: Floats) -> tuple[Floats, Floats]:
    """Return taxes paid in each place, and taxes each region receives."""
    world, sharing = case.world, case.world.blocks.sharing
    rates = _tax_rates(case)
    keys = case.shock.sharing if case.shock.sharing is not None else None if sharing is None else sharing.shares
    if keys is None:
        return rates * added, rates * added
    on_capital = np.zeros(len(added)) if sharing is None else sharing.capital_rates
    on_added = rates - on_capital * _held(case) / world.value_added
    if len(keys) == 1:
        raised = [on_added * added + on_capital * capital]
    else:
        raised = [
            (on_added * world.value_added_shares[j] + on_capital * case.shares[1][j]) * sold[j]
            for j in range(len(keys))
        ]
    received = sum((key @ part for key, part in zip(keys, raised, strict=True)), np.zeros(len(added)))
    return sum(raised, np.zeros(len(added))), received


def _uses(case: _Case, incomes: _Incomes, revenue: Floats) -> tuple[Floats, Floats, Floats]:
    """Return consumption, government and investment after the change, each of shape (region,)."""
    world, waste = case.world, case.world.blocks.waste
    before = world.household.sum(axis=0), world.government.sum(axis=0), world.investment.sum(axis=0)
    if not world.fiscal:
        income = incomes.added + revenue + incomes.inflow + incomes.grants + incomes.household + incomes.government
        total = before[0] + before[1] + before[2]
        return before[0] / total * income, before[1] / total * income, before[2] / total * income
    rate = _tax_rates(case)
    kept = 1.0 - rate - _centre(world)
    owned = _owned(case, _held(case), moving=False)
    consumed = before[0] / (kept * world.value_added + (1.0 - waste) * world.wedge_revenue + owned)
    disposable = kept * incomes.added + (1.0 - waste) * revenue + incomes.household
    return (
        consumed * disposable,
        rate * incomes.added + incomes.grants + incomes.government,
        (1.0 - consumed) * disposable + incomes.inflow + waste * revenue + _centre_shares(world) * incomes.centre,
    )


def _spending(case: _Case, received: Floats, incomes: _Incomes) -> Floats:
    """Solve X = final use + inputs of output for given shares and incomes, shape (sector, region)."""
    world = case.world
    sectors, count = world.spending.shape
    nothing = np.zeros(count)
    aC, aG, aI = _baskets(world)
    at_home = _uses(case, incomes, nothing)
    known = aC * at_home[0] + aG * at_home[1] + aI * at_home[2]
    per_revenue = _uses(case, _Incomes(*[nothing] * 7), np.ones(count))
    of_revenue = aC * per_revenue[0] + aG * per_revenue[1] + aI * per_revenue[2]
    lost = np.where(world.spending > 0, 1.0 - received.sum(axis=2), 0.0)
    inputs = world.inputs / (1.0 - case.rates.T)[:, None, :]
    # Order (sector, region): X_kn takes inputs[n, k, j] * received[j, m, n] of X_jm, and wedge revenue of X_jn.
    matrix = np.einsum("nkj,jmn->knjm", inputs, received)
    where = np.arange(count)
    matrix[:, where, :, where] += of_revenue.T[:, :, None] * lost.T[:, None, :]
    size = sectors * count
    solved: Floats = np.linalg.solve(np.eye(size) - matrix.reshape(size, size), known.ravel())
    return solved.reshape(sectors, count)


def _baskets(world: World) -> tuple[Floats, Floats, Floats]:
    aC, aG, aI = world.baskets
    return aC, aG, np.where(aI.sum(axis=0) > 0, aI, aC)


def _sums(case: _Case, incomes: _Incomes, revenue: Floats, spending: Floats, sold: Floats) -> dict[str, float]:
    """Check that uses add up to income, that the country's budget closes, and that Walras' law holds."""
    world, total = case.world, incomes.added.sum()
    taxed = _centre(world) * incomes.added
    budget = abs(float((incomes.owed - taxed)[world.domestic].sum())) if world.fiscal else 0.0
    final = spending - np.einsum("nkj,jn->kn", world.inputs, sold)
    income = incomes.added + revenue + incomes.inflow + incomes.grants - taxed + incomes.household + incomes.government
    if world.fiscal:
        income = income + _centre_shares(world) * incomes.centre
    outlay = (case.rates * sold).sum()
    return {
        "fiscal": budget / total,
        "uses": _largest(final.sum(axis=0) / income - 1.0),
        "walras": abs(float(final.sum() - incomes.added.sum() - revenue.sum() + outlay)) / total,
    }


def _scale(case: _Case, sold: Floats) -> float:
    """Return the largest gap between productivity reported and (labour in the sector)^psi (block 9)."""
    assert case.hats.productivity is not None
    before = case.shares[0] * case.world.output
    used = np.divide(case.shares[0] * sold, before * case.labour_cost, out=np.ones_like(before), where=before > 0)
    return _largest(case.hats.productivity / used**case.moving.scale - 1.0)


def _migration(case: _Case, incomes: _Incomes, revenue: Floats) -> float:
    """Return the largest gap between people reported and people attracted (blocks 5 to 7)."""
    world, hats, groups = case.world, case.hats, case.world.blocks.groups
    if groups is not None and groups.residents is not None:
        stock = groups.residents
    else:
        assert world.residents is not None
        stock = world.residents[None]
    home = np.flatnonzero(world.domestic)
    consumption, government, _ = (use[home] for use in _uses(case, incomes, revenue))
    aC, aG, _ = (part[:, home] for part in _baskets(world))
    prices, people = np.log(hats.prices[:, home]), hats.people[:, home]
    before = stock.sum(axis=1)
    crowd = (before * people).sum(axis=0) / before.sum(axis=0)
    value = _per_head(case, consumption, before, home, incomes.added) / np.exp((aC * prices).sum(axis=0))
    if world.fiscal:
        quality = _services(case, government, np.exp((aG * prices).sum(axis=0)), crowd, home)
        value = value * quality
    moving = np.ones(stock.shape) if case.shock.moving is None else case.shock.moving
    pull = stock / stock.sum(axis=2, keepdims=True) * (value[:, None, :] / moving) ** case.moving.kappa
    pull /= pull.sum(axis=2, keepdims=True)
    arrived = np.array([stock[e].sum(axis=1) @ pull[e] for e in range(len(stock))])
    return _largest(arrived / before / people - 1.0)


def _per_head(case: _Case, consumption: Floats, before: Floats, home: Ints, added: Floats) -> Floats:
    """Return change factors of consumption per head by group: its wages' part, and the rest evenly over all heads."""
    world, hats = case.world, case.hats
    spent = world.household.sum(axis=0)[home]
    if len(before) == 1:
        return np.asarray(consumption / spent / hats.people[:, home])
    bills = (case.bills * case.shares[0] * world.output).sum(axis=1)[:, home]
    paid = bills * (hats.wages * hats.people)[:, home]
    heads = before * hats.people[:, home]
    then, later = bills / world.value_added[home], paid / added[home]
    then = spent * (then / before + (1.0 - then.sum(axis=0)) / before.sum(axis=0))
    later = consumption * (later / heads + (1.0 - later.sum(axis=0)) / heads.sum(axis=0))
    return np.asarray(later / then)


def _services(case: _Case, government: Floats, index: Floats, crowd: Floats, home: Ints) -> Floats:
    """Return prod_z q^_z^chi_z in each domestic place."""
    world, kinds = case.world, case.world.blocks.services
    spent = world.government.sum(axis=0)[home]
    if kinds is None:
        chosen = case.parameters
        kinds = Services(
            (same("all"),),
            np.ones((1, len(world.regions))),
            np.array([chosen.rivalry]),
            np.array([chosen.service_weight]),
        )
    budget = kinds.budget if case.shock.budget is None else case.shock.budget
    lam = kinds.pooling if case.shock.pooling is None else case.shock.pooling
    quality = np.ones(len(home))
    for z in range(len(kinds.names)):
        own = budget[z, home] * government / index
        base = kinds.budget[z, home] * spent
        now = own if lam is None else own + lam[z][np.ix_(home, home)] @ own
        then = base if kinds.pooling is None else base + kinds.pooling[z][np.ix_(home, home)] @ base
        # A government that pays out more than it raises provides nothing: not a number, and refused as such.
        with np.errstate(invalid="ignore"):
            quality = quality * (now / then / crowd ** kinds.rivalry[z]) ** kinds.weight[z]
    return quality
