"""Single neurons: McCulloch and Pitts, the perceptron, Adaline."""
