"""Observers: the one layer that touches a deployment, a process or a file."""
