"""The delivery: the policy as a table, and real workers with a destination that the tests script."""
