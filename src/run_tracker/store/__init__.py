"""What is kept: the archive of raw bytes, for ever, and the database, which can be rebuilt from it."""
