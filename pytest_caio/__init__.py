"""GO, NO-GO or CANNOT TELL for a deployed outbound-email agent swarm."""

__version__ = "0.1.0"
