"""Lists of candidates: read, looked at row by row, then saved all at once or not at all.

`reading` opens the file, `columns` knows what headings mean, `cells` turns cells into values, `facts` looks up what is
on record, `judging` says what each row (`rows`) would do, `saving` does it, `work` takes a list from one state to the
next, `files` writes templates and exports in the very form that is read.
"""
