"""What was seen, as frozen values: the model, its HAR form, cards, and the names of probes."""
