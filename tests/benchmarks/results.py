"""Results that are kept from run to run, so that groups can be measured one at a time, and the page made of them."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tests.benchmarks.figures import Measured
from tests.benchmarks.machine import Machine, this_machine
from tests.benchmarks.page import EMPTY, goal_row, markdown, text_of
from tests.benchmarks.run import Run

HEAD = """# What is measured

Made by `make bench ARGS="--page"`; not written by hand. Every figure stands beside its bound (what the machine can do at best) and its
peers (what others would use), measured in the same run on the same machine, in turns (A B C A B C …): the median of the rounds, its
ratio to the bound, the smallest and the largest round. Load generators share the machine with what they load, so ratios say more than
figures. Unless a line says otherwise, tokens, encryption and row-level security are on."""


class Kept(BaseModel):
    """One group's last run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    command: str
    at: datetime
    seconds: float
    rounds: int
    seed: int
    machine: Machine
    measured: Measured


class Results(BaseModel):
    """The last run of every group."""

    groups: dict[str, Kept] = {}


def keep(folder: Path, name: str, command: str, title: str, measured: Measured, run: Run, took: float) -> None:
    """Puts one group's figures beside the others' in `benchmarks.json` and writes `benchmarks.md` anew."""
    folder.mkdir(exist_ok=True)
    source = folder / "benchmarks.json"
    results = Results.model_validate_json(source.read_text()) if source.exists() else Results()
    results.groups[name] = Kept(
        title=title,
        command=command,
        at=datetime.now(UTC).replace(microsecond=0),
        seconds=round(took),
        rounds=run.rounds,
        seed=run.seed,
        machine=this_machine(),
        measured=measured,
    )
    source.write_text(results.model_dump_json(indent=1) + "\n")
    (folder / "benchmarks.md").write_text(page(results))


def page(results: Results) -> str:
    """The page of the documentation."""
    goals = [goal_row(verdict) for kept in results.groups.values() for verdict in kept.measured.verdicts]
    parts = [HEAD, "## Goals", "\n".join(markdown(["goal", "at least", "moonshot", "measured", ""], goals)) if goals else EMPTY]
    for name, kept in results.groups.items():
        parts += [f"## {name}: {kept.title}", text_of(kept.measured), _made(kept)]
    return "\n\n".join(parts) + "\n"


def _made(kept: Kept) -> str:
    on = kept.machine
    versions = ", ".join(f"{name} {version}" for name, version in on.libraries.items())
    return (
        f"`{kept.command}` · {kept.at:%Y-%m-%d %H:%M} UTC · {kept.rounds} rounds, {kept.seconds:.0f} s in all, seed {kept.seed} · commit"
        f" {on.commit} · {on.processor}, {on.cores} cores, {on.memory_gib} GiB, {on.system}, Python {on.python}, {versions}"
    )
