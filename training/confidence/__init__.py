"""The confidence of a model: fitted, its levels chosen, reported."""
