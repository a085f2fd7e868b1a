"""The benchmarks' arithmetic is right, or every figure that they print is wrong."""

import pytest

from tests.benchmarks.figures import Figure, Goal, Verdict, collect, percentile, ratio


def figure(*samples: float) -> Figure:
    return Figure(samples=samples)


def test_a_figure_is_the_median_of_its_rounds_with_the_smallest_and_the_largest() -> None:
    assert figure(5, 1, 9, 3, 4).median == 4
    assert figure(5, 1, 9, 3, 4).spread == (1, 9)


def test_a_ratio_is_taken_round_by_round_so_that_a_disturbed_round_disturbs_both() -> None:
    ours, theirs = figure(100, 10, 100), figure(50, 5, 25)
    assert ratio(ours, theirs) == figure(2, 2, 4)
    assert ratio(ours, theirs).median == 2


def test_rounds_of_different_number_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio(figure(1, 2), figure(1))


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == value


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_rounds_become_rows_of_figures_in_the_order_they_were_measured() -> None:
    rounds = [{("ours", "1"): 3.0, ("theirs", "1"): 1.0}, {("ours", "1"): 5.0, ("theirs", "1"): 2.0}]
    assert collect(rounds) == {"ours": {"1": figure(3, 5)}, "theirs": {"1": figure(1, 2)}}


@pytest.mark.parametrize(
    ("least", "moonshot", "less", "measured", "met"),
    [
        (0.8, 1.5, False, 0.79, "not met"),
        (0.8, 1.5, False, 0.8, "met"),
        (0.8, 1.5, False, 1.5, "moonshot"),
        (2.0, 1.5, True, 2.1, "not met"),
        (2.0, 1.5, True, 2.0, "met"),
        (2.0, 1.5, True, 1.4, "moonshot"),
        (50.0, None, True, 1.0, "met"),
    ],
)
def test_a_goal_is_met_by_the_median_and_by_nothing_less(
    least: float, moonshot: float | None, less: bool, measured: float, met: str
) -> None:
    goal = Goal(name="a goal", least=least, moonshot=moonshot, less=less)
    assert Verdict(goal=goal, figure=figure(measured, measured, measured * 100)).met == met
