"""A fit that can stop at any moment, be saved, and go on to the same bits."""
