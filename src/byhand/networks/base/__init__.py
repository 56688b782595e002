"""What all networks share: inputs that are checked, descent by gradients, a step worked out."""
