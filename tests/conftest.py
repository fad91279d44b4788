"""What all tests share."""

from hypothesis import settings

pytest_plugins = ["pytester"]

# A busy machine makes an example slow, and no mistake of the code is found by that.
settings.register_profile("gate", deadline=None)
settings.load_profile("gate")
