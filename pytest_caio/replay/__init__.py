"""The golden set and its scores: pure, without a runner."""
