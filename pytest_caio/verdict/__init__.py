"""Findings, waivers, and the verdict that follows from them."""
