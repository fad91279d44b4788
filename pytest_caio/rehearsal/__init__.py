"""The embedded deployment: a small CAIO dashboard to run the gate against, and its faults."""
