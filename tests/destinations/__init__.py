"""The destinations: what answers mean, what goes out, and what a form must have."""
