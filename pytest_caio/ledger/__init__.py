"""The ledger: runs, decisions, guards and clean-ups, kept over days in a database."""
