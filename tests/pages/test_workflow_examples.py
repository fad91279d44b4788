"""Workflows that pages show call what there is, with inputs and secrets that it has."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pages.made import DOCS

ROOT = DOCS.parent
PAGES = [ROOT / "SECURITY.md", DOCS / "ci.md", DOCS / "guard.md"]
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_OURS = re.compile(r"OWNER/pytest-caio/(?P<path>\.github/[\w./-]+)@COMMIT")
EXAMPLES = [
    pytest.param(text, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, text in enumerate(_BLOCK.findall(page.read_text("utf-8")), 1)
]


def whole(text: str) -> str:
    """Return a workflow of what is shown: steps, or a part of a job, are put into one."""
    lines = text.splitlines(keepends=True)
    if text.startswith("on:"):
        return text
    head = "on: push\njobs:\n  shown:\n    runs-on: ubuntu-latest\n"
    if text.startswith("- "):
        return f"{head}    steps:\n" + "".join(f"      {line}" for line in lines)
    steps = "" if "steps:" in text else "    steps: [{run: 'true'}]\n"
    return head + "".join(f"    {line}" for line in lines) + steps


def calls(value: Any) -> Iterator[dict[str, Any]]:
    """Yield each job or step that uses something of this repository."""
    if isinstance(value, dict):
        if _OURS.fullmatch(str(value.get("uses", ""))):
            yield value
        for each in value.values():
            yield from calls(each)
    if isinstance(value, list):
        for each in value:
            yield from calls(each)


@pytest.mark.slow
@pytest.mark.parametrize("text", EXAMPLES)
def test_a_workflow_that_is_shown(text: str, tmp_path: Path) -> None:
    """It is valid, and whatever it gives is taken."""
    path = tmp_path / "shown.yml"
    path.write_text(whole(text), "utf-8")
    schema = ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    done = subprocess.run([sys.executable, *schema], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    for call in calls(yaml.safe_load(whole(text))):
        called = ROOT / _OURS.fullmatch(call["uses"])["path"]  # type: ignore[index]
        if called.is_dir():
            inputs, secrets = yaml.safe_load((called / "action.yml").read_text())["inputs"], {}
        else:
            taken = yaml.safe_load(called.read_text("utf-8"))[True]["workflow_call"]
            inputs, secrets = taken["inputs"], taken["secrets"]
        assert call.get("with", {}).keys() - inputs.keys() == set()
        assert call.get("secrets", {}).keys() - secrets.keys() == set()


def test_no_page_is_forgotten() -> None:
    """Whoever shows YAML on another page says what it is tried by."""
    tried = {"README.md", "CONTRIBUTING.md", "gates.md", "reference.md", "setup.md"} | {
        p.name for p in PAGES
    }
    pages = [*ROOT.glob("*.md"), *DOCS.glob("*.md")]
    shown = {page.name for page in pages if "```yaml" in page.read_text("utf-8")}
    assert shown - tried == set()


@pytest.mark.slow
def test_the_gitlab_example_is_one(tmp_path: Path) -> None:
    """Setup's YAML is for GitLab: its schema, as check-jsonschema brings it, accepts the job."""
    text = (DOCS / "setup.md").read_text("utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(block, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
