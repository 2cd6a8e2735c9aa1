"""From an uploaded file to tables of cells, and from cells to values and headings to columns.

`child` reads the file in a process of its own, within limits; `opening` starts it and reads what it wrote.
`values`, `dates` and `choices` say what a cell holds, `headings` what a column is about.
"""
