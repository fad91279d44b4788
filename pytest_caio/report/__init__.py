"""Showing findings: every output says the same verdict."""
