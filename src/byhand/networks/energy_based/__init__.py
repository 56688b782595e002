"""Networks with an energy: Hopfield's, Boltzmann machines, restricted ones."""
