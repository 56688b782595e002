"""Networks that grow: cascade-correlation."""
