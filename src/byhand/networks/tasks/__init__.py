"""What is done with networks: named, trained, loaded, evaluated, compared, drawn."""
