"""The imitated API at /v2: what it takes, what it refuses, and how it answers."""
