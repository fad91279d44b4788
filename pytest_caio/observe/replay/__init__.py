"""Asking a runner: processes, HTTP, Python, recorded answers."""
