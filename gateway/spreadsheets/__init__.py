"""Tables as CSV files: read without trust, written so that no cell is taken for a formula. Pure."""
