"""Lists of candidates: read, previewed row by row, then saved all at once or not at all.

`reading` opens the file, `columns` maps headings to fields, `cells` turns cells into values, `facts` looks up what is
on record, `judging` decides what each row (`rows`) would change, `saving` writes it, `work` takes a list from one state
to the next, `files` writes templates and exports in the same format that is read.
"""
