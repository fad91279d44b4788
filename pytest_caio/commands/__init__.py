"""The operator's commands: ``caio NAME``. Each module has ``add`` (its arguments) and ``run``."""
