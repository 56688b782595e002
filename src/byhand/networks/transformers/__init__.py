"""The Transformer: its encoder, BERT, GPT."""
