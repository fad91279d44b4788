"""Parts of the documentation that are made, not typed: ``cd tests; python -m pages``."""
