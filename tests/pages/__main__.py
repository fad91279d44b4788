"""``cd tests; python -m pages``: write what is made into its pages."""

from pages.made import DOCS, MADE, with_made


def main() -> None:
    """Renew each part between its marks; what stands around it is typed."""
    for mark, (page, make) in MADE.items():
        path = DOCS / page
        text = path.read_text("utf-8")
        path.write_text(with_made(text, mark, make()), "utf-8")
        print(f"docs/{page}: {mark}")


if __name__ == "__main__":
    main()
