"""Everything that an office has, in one folder: taken out (`writing`), loaded where nothing is yet (`loading`)."""
