"""The page says what was measured, beside its bound, and keeps what other runs measured."""

from pathlib import Path

from tests.benchmarks.figures import Figure, Goal, Measured, Table, Verdict
from tests.benchmarks.page import number, text_of
from tests.benchmarks.results import keep
from tests.benchmarks.run import ROOT, Run

TABLE = Table(
    title="Saves",
    unit="saves/s",
    columns=("1 saver", "8 savers"),
    rows={
        "bound": {"1 saver": Figure(samples=(100, 200, 300)), "8 savers": Figure(samples=(1000.0,))},
        "ours": {"1 saver": Figure(samples=(50, 100, 400))},
    },
    bound="bound",
)
GOAL = Verdict(goal=Goal(name="ours / bound", least=0.8, moonshot=1.5), figure=Figure(samples=(0.5, 0.5, 1.3)))
MEASURED = Measured(tables=(TABLE,), verdicts=(GOAL,), notes=("A note.",))


def run(place: Path) -> Run:
    return Run(place, 3, 1.0, 7, 1.0, 1000)


def test_a_table_shows_median_ratio_and_spread_and_a_dash_for_what_could_not_be_measured() -> None:
    lines = text_of(MEASURED).splitlines()
    assert "| saves/s | 1 saver | 8 savers |" in lines
    assert "| bound | **200** (100–300) | **1,000** |" in lines
    assert "| ours | **100** (0.50×; 50.0–400) | – |" in lines
    assert "| ours / bound | ≥ 0.80 | ≥ 1.50 | **0.50** (0.50–1.30) | not met |" in lines
    assert lines[-1] == "A note."


def test_numbers_have_three_figures_that_matter() -> None:
    assert [number(value) for value in (0.123, 1.234, 12.34, 123.4, 12345.6)] == ["0.12", "1.23", "12.3", "123", "12,346"]


def test_groups_are_kept_from_run_to_run_and_measured_again_one_at_a_time(tmp_path: Path) -> None:
    for name, command in (("appends", "make one"), ("post", "make two"), ("appends", "make three")):
        keep(tmp_path, name, command, f"What {name} measures", MEASURED, run(tmp_path), 12.3)
    page = (tmp_path / "benchmarks.md").read_text()
    assert "make one" not in page
    assert "`make two`" in page
    assert "`make three`" in page
    assert page.index("## appends: What appends measures") < page.index("## post: What post measures")
    assert page.count("| ours / bound |") == 2 + 2  # among all goals, and with its group


def test_the_page_names_no_place_on_the_machine_that_made_it(tmp_path: Path) -> None:
    keep(tmp_path, "appends", "make bench", "Saves", MEASURED, run(tmp_path), 1.0)
    for file in ("benchmarks.md", "benchmarks.json"):
        assert str(ROOT) not in (tmp_path / file).read_text()
        assert str(tmp_path) not in (tmp_path / file).read_text()
