"""Small offices as the releases wrote them: backups by version and engine, which later versions bring up to date."""
