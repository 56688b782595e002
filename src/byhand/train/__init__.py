"""Training: a program's equations compiled by JAX, and the strategies that run them."""
