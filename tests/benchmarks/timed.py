"""Open-loop load on the running hub with every referral timed: to its receipt, to the committed view, to the browser."""

import asyncio
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks import sample
from tests.benchmarks.children import Failed, child, python
from tests.benchmarks.figures import percentile
from tests.benchmarks.run import Run
from tests.benchmarks.stack import Stack
from tests.benchmarks.tap import Seen

ARRIVAL_SECONDS = 30.0
SPACE = 2**32
POST, VIEW, BROWSER = "POST answered", "view committed", "browser told"


@dataclass(frozen=True)
class Timed:
    """Milliseconds from when a referral was due to be sent until it was answered, committed to the view, and told to a browser."""

    post: Sequence[float]
    view: Sequence[float]
    browser: Sequence[float]

    def share(self, share: float) -> dict[str, float]:
        """The percentile of each."""
        return {name: percentile(taken, share) for name, taken in ((POST, self.post), (VIEW, self.view), (BROWSER, self.browser))}


class OpenLoop:
    """Sends at a rate, whatever the answers take."""

    def __init__(self, run: Run, stack: Stack, seen: Seen) -> None:
        self._run, self._stack, self._seen = run, stack, seen
        self._body, self._each = run.place / "body.json", run.place / "each.json"
        self._body.write_text(sample.BODY)
        self._loads = itertools.count(run.seed % 1000 + 100_000)

    async def load(self, rate: float, seconds: float) -> Timed:
        """So many a second for so long. Raises Failed when one is refused, or does not arrive in the view."""
        self._seen.clear()
        address = f"{self._stack.ports.address('intake')}/intake/v1/referrals"
        shape = (str(seconds), "--rate", str(rate), "--each", str(self._each))
        command = python("tests.benchmarks.openloop", address, str(self._body), str(next(self._loads) * SPACE), *shape)
        async with child("openloop", command, {"TOKEN": await self._stack.token(sample.CLIENT)}, self._run.logs, pipes=True) as load:
            assert load.process.stdout is not None
            said = await load.process.stdout.read()
            if await load.process.wait():
                raise load.failure("failed")
        if refused := json.loads(said)["refused"]:
            raise Failed(f"{refused} refused at {rate}/s")
        sent: list[tuple[float, float, str]] = json.loads(self._each.read_text())
        await self._arrived([referral for _, _, referral in sent])
        return self._timed(sent)

    async def _arrived(self, referrals: Sequence[str]) -> None:
        try:
            async with asyncio.timeout(ARRIVAL_SECONDS):
                while not all(referral in self._seen.committed for referral in referrals):  # noqa: ASYNC110  the tap fills it
                    await asyncio.sleep(0.01)
                while len(self._seen.told) < max(self._seen.by_id[referral] for referral in referrals) + 1:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        except TimeoutError:
            missing = [referral for referral in referrals if referral not in self._seen.committed]
            raise Failed(f"{len(missing)} referrals were not announced, {len(self._seen.told)} events told") from None

    def _timed(self, sent: Sequence[tuple[float, float, str]]) -> Timed:
        seen = self._seen
        return Timed(
            [(answered - due) * 1000 for due, answered, _ in sent],
            [(seen.committed[referral] - due) * 1000 for due, _, referral in sent],
            # Every announcement that names the board is one event to the browser, in the same order.
            [(seen.told[seen.by_id[referral]] - due) * 1000 for due, _, referral in sent],
        )
