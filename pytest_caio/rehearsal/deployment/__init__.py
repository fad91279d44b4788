"""The embedded deployment: its state, its routes, its pages."""
