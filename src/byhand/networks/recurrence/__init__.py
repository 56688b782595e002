"""Networks for sequences that carry a context on: Elman's, Jordan's, LSTM, GRU."""
