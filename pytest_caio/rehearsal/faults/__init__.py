"""Named ways in which the embedded deployment breaks."""
