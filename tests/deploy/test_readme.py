"""The README's commands: pasted one after another into a shell, they do what it says."""

import os
import re
import subprocess

from tests.stack import ROOT, Hub

STORIES = "## The five stories by HTTP"


def test_the_five_stories_work_when_pasted(hub: Hub) -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition(STORIES)[2].partition("\n## ")[0]
    commands = "\n".join(re.findall(r"```bash\n(.*?)```", section, re.DOTALL))
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "NATTLJUS_DATA": str(hub.data.path)}
    pasted = subprocess.run(["bash"], input=commands, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert pasted.stderr == ""
    said = pasted.stdout
    assert '"receiptCode"' in said
    assert "\ninvestigation_opened\n" in said
    assert said.splitlines().count("404") == 4
    assert '"advice": "refer_now"' in said
    assert "a consultation names nobody" in said
    assert '"relation": "invited"' in said
