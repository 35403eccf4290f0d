"""What the invented charity has: its people, what was done and is to be done for them, and its lists."""
