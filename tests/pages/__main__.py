"""``cd tests; python -m pages``: write what is made into its pages; ``--pictures`` take those anew,
``--site DIR`` build the site.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from pages.made import DOCS, MADE, with_made
from pages.pictures import PICTURES, taken
from pages.site import build, stage


def main() -> None:
    """Renew each part between its marks; what stands around it is typed."""
    parser = argparse.ArgumentParser("python -m pages", description=__doc__)
    parser.add_argument("--pictures", action="store_true", help="take the pictures anew, too")
    parser.add_argument("--site", type=Path, help="build the whole site into this new folder")
    asked = parser.parse_args()
    for mark, (page, make) in MADE.items():
        path = DOCS / page
        path.write_text(with_made(path.read_text("utf-8"), mark, make()), "utf-8")
        print(f"docs/{page}: {mark}")
    for name in PICTURES if asked.pictures else ():
        with tempfile.TemporaryDirectory() as folder:
            (DOCS / "pictures" / name).write_bytes(taken(name, Path(folder)))
        print(f"docs/pictures/{name}")
    if asked.site:
        stage(asked.site)
        print(build(asked.site) / "index.html")


if __name__ == "__main__":
    main()
