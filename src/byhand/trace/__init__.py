"""Programs, what they give on numbers, and the readings of both."""
