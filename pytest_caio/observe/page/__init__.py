"""Looking at ``/sales`` in a real browser."""
