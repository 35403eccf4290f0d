"""The store on SQLite and on a real PostgreSQL: what is on the disk, who owns a job, and what nobody can read."""
