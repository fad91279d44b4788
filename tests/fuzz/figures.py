"""What came out, in numbers: printed, and kept in docs/fuzz.md."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.invariants import INVARIANTS
from fuzz.trial import Trial

DOCUMENT = Path(__file__).parents[2] / "docs" / "fuzz.md"
_BLOCK = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


@dataclass
class Figures:
    """The counts of one run of the command, or of several that follow one another."""

    tried: int = 0
    whole: int = 0
    seconds: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, trial: Trial) -> None:
        """Count one mutant; it breaks an invariant once, however often."""
        self.tried += 1
        self.whole += trial.whole
        self.verdicts[str(trial.verdict)] += 1
        self.broken.update({invariant for invariant, _ in trial.broken})

    @property
    def violations(self) -> int:
        """How many invariants were broken, over all mutants."""
        return self.broken.total()

    def table(self) -> str:
        """The figures as a Markdown table."""
        rows = [
            ("**mutants**", f"**{self.tried}**"),
            ("of those looked at whole, with all outputs", str(self.whole)),
            ("seconds of one processor", f"{self.seconds:.0f}"),
            ("mutants in a minute of it", f"{60 * self.tried / (self.seconds or 1):.0f}"),
            *((f"verdict {name}", str(self.verdicts[name]))
              for name in ("GO", "NO-GO", "CANNOT TELL")),
            *((f"violations: {name}", str(self.broken[name])) for name in INVARIANTS),
        ]  # fmt: skip
        return "\n".join(["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows), ""])

    def write(self, *, anew: bool) -> None:
        """Add the figures to those in the document, or begin them `anew`."""
        text = DOCUMENT.read_text("utf-8")
        if not anew:
            self._take(text)
        DOCUMENT.write_text(_BLOCK.sub(lambda _old: self.table(), text), "utf-8")

    def _take(self, text: str) -> None:
        rows = dict(re.findall(r"^\| \**(.+?)\** \| \**(\d+)\** \|$", text, re.MULTILINE))
        self.tried += int(rows.get("mutants", 0))
        self.whole += int(rows.get("of those looked at whole, with all outputs", 0))
        self.seconds += int(rows.get("seconds of one processor", 0))
        self.verdicts.update({n: int(rows.get(f"verdict {n}", 0))
                              for n in ("GO", "NO-GO", "CANNOT TELL")})  # fmt: skip
        self.broken.update({n: int(rows.get(f"violations: {n}", 0)) for n in INVARIANTS})
