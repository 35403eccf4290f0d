"""The delivery: claims jobs, makes the calls, and decides from what happened on the wire what to do next."""
