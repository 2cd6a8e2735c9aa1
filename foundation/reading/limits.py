"""How much a file may hold, and how much the process that reads it may take. No Django: that process starts fast."""

LARGEST = 10 * 1024 * 1024
"""Bytes of the file."""
MOST_ROWS = 100_000
"""In all tables of a file together."""
MOST_LINES = MOST_ROWS + 1000
"""The same with blank ones: some programs save a million of them below the list."""
MOST_TABLES = 50
MOST_COLUMNS = 60
LONGEST_CELL = 2000
"""A longer cell is cut after one sign more, by which `values` tell it."""
MOST_QUESTIONED_LINES = 10
"""So many lines of a table are looked at to find its headings."""

LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_MEMBERS = 200
HIGHEST_RATIO = 100
HARMLESS_UNPACKED = LARGEST
"""Limits of a workbook, which is a zip archive: bytes unpacked, number of files, bytes unpacked for each packed one;
this many bytes may be packed as well as they like, for blank rows pack very well."""
MOST_MERGED = 2000
"""Merged cells of a sheet."""

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 60
WALL_SECONDS = 120
LARGEST_WRITTEN = 200 * 1024 * 1024
"""Bytes of all tables as they are written for reading: one text of a workbook may stand in a million cells."""
