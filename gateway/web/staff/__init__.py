"""The console of a charity's staff: what needs a person, and what a person can do about it."""
