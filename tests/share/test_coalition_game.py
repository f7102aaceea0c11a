"""What is a game, and what is told when a table is none."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from itertools import combinations

import numpy as np
import pytest

from ronghe.base.errors import GameFault, GameTooLargeError
from ronghe.share import CoalitionGame, game_from_costs, game_from_list, shapley
from ronghe.share.coalitions import coalition_name, size_order


def test_lists_by_size_and_by_mask_are_the_same_game() -> None:
    by_size = game_from_list([1, 2, 3, 12, 13, 23, 123], order="size")
    by_mask = game_from_list([0, 1, 2, 12, 3, 13, 23, 123], order="mask")
    assert by_size.worth.tolist() == by_mask.worth.tolist() == [0, 1, 2, 12, 3, 13, 23, 123]


def test_size_order_is_that_of_combinations() -> None:
    expected = [sum(1 << i for i in chosen) for size in range(6) for chosen in combinations(range(5), size)]
    assert size_order(5).tolist() == expected


def test_the_order_of_a_list_is_never_guessed() -> None:
    with pytest.raises(TypeError, match="order"):
        game_from_list([0, 0, 0, 4, 3, 2, 6])  # type: ignore[call-arg]
    with pytest.raises(GameFault, match='order must be size or mask; read "alphabet"'):
        game_from_list([0, 0, 0, 4, 3, 2, 6], order="alphabet")  # type: ignore[arg-type]


def test_a_cost_game_is_shown_as_costs() -> None:
    game = game_from_costs([8, 11, 11], regions=("A", "B"))
    assert game.worth.tolist() == [0, 0, 0, 8]
    found = shapley(game)
    assert found.costs is not None
    assert found.costs.tolist() == [4, 7]


def test_savings_carry_no_binary_rounding() -> None:
    assert game_from_costs([0.1, 0.2, 0.3], regions=("A", "B")).total == 0.0


def test_a_wrong_length_says_what_was_read_and_what_is_needed() -> None:
    with pytest.raises(GameFault, match=r"3 regions make 2\^3 = 8 coalitions; read 7 values") as caught:
        CoalitionGame(("A", "B", "C"), np.zeros(7))
    assert "3个地区有 2^3 = 8 个联盟，读到7个值" in caught.value.text.zh


def test_every_fault_is_told_at_once_with_the_coalitions_by_name() -> None:
    worth = np.array([1.0, 0, np.nan, np.inf, 0, 0, 0, 0])
    with pytest.raises(GameFault) as caught:
        CoalitionGame(("310000", "320000", "310000"), worth)
    said = caught.value.text
    assert "3 faults" in said.en
    assert "Regions named twice: 310000" in said.en
    assert "2 coalitions have no finite number: {Jiangsu}, {Shanghai, Jiangsu}" in said.en
    assert "must be 0; read 1" in said.en
    assert "2个联盟没有有限的数值：{江苏}、{上海、江苏}" in said.zh


def test_many_bad_cells_are_counted_and_the_first_named() -> None:
    worth = np.full(32, np.nan)
    worth[0] = 0
    with pytest.raises(GameFault, match=r"31 coalitions have no finite number: .* and 23 more"):
        CoalitionGame(tuple("ABCDE"), worth)


def test_text_in_place_of_numbers_is_refused() -> None:
    with pytest.raises(GameFault, match="worth holds something that is no number"):
        CoalitionGame(("A",), ["nothing", "much"])  # type: ignore[arg-type]


def test_a_game_has_at_least_one_region() -> None:
    with pytest.raises(GameFault, match="at least one region"):
        CoalitionGame((), np.zeros(1))


def test_gains_must_have_a_column_for_every_player() -> None:
    with pytest.raises(GameFault, match="lack these players: B"):
        CoalitionGame(("A", "B"), np.zeros(4), gains=np.zeros((4, 1)), gain_regions=("A",))
    with pytest.raises(GameFault, match=r"gains must have shape \(4, 2\)"):
        CoalitionGame(("A", "B"), np.zeros(4), gains=np.zeros((2, 4)))


def test_a_game_cannot_be_changed_from_outside() -> None:
    table = np.array([0, 1, 1, 3.0])
    game = CoalitionGame(("A", "B"), table)
    table[3] = 99
    assert game.total == 3
    with pytest.raises(ValueError, match="read-only"):
        game.worth[3] = 99


def test_too_many_regions_says_what_to_do() -> None:
    with pytest.raises(
        GameTooLargeError, match=r"25 regions make 33,554,432 coalitions; the table stops at 22"
    ) as caught:
        CoalitionGame(tuple(str(number) for number in range(25)), np.zeros(1))
    assert "Group regions" in caught.value.text.en
    assert "合并地区" in caught.value.text.zh


def test_too_many_regions_are_refused_before_anything_is_allocated() -> None:
    """Under 64 MiB of further memory and five seconds, where the table alone would take 256 MiB."""
    program = """
        import resource
        from ronghe.share import game_from_list, shapley, CoalitionGame
        from ronghe.base.errors import GameTooLargeError
        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * resource.getpagesize() + 64 * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
        resource.setrlimit(resource.RLIMIT_CPU, (used + 5, used + 5))
        regions = tuple(str(number) for number in range(25))
        refused = 0
        for attempt in (
            lambda: CoalitionGame(regions, range(2**25)),
            lambda: shapley(worth=range(2**25)),
            lambda: shapley(worth=range(2**25), regions=regions),
            lambda: game_from_list(range(2**25), order="size"),
            lambda: CoalitionGame(tuple(str(number) for number in range(500)), [0.0]),
        ):
            try:
                attempt()
            except GameTooLargeError:
                refused += 1
        print(refused)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "5", done.stderr


def test_a_table_needs_a_game_or_worths_and_not_both() -> None:
    with pytest.raises(GameFault, match="one of the two"):
        shapley()
    with pytest.raises(GameFault, match="one of the two"):
        shapley(game_from_list([1.0], order="mask"), worth=[0, 1])


def test_names_in_sentences_come_from_the_codes() -> None:
    game = CoalitionGame(("310000", "X"), np.zeros(4))
    assert coalition_name(3, game.names).zh == "上海、X"
    assert coalition_name(0, game.names).en == "∅"
