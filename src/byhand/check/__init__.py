"""A learner's numbers against the true calculation."""
