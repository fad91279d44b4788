"""The report as its readers see it: ten situations, and pictures of each."""
