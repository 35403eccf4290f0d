"""Who somebody is and what they may do: roles, passwords, one-time codes. Pure; knows no store and no page."""
