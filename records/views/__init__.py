"""Pages: lists that are brought (`lists`), and the files that are given out (`files`)."""
