"""Backups: one file with the database, the documents and what they hold; and back into an empty place, proven."""
