"""Two records that are one person become one, and two again: acts in history like any other.

    choosing    which value of each field survives, by rules or by hand
    standing    which merges stand, and which records hang together by them
    writing     one merge as one act: the survivor gets values, the others leave the table
    unwinding   all merges of a group taken apart, and those made again that are to stay

The changes of a merge carry its id as their `upload_id`, which is no upload's: so what rows of files, edits and
deletions make of a record (`core/ingest/back/fold.py`) is what it is without any merge.
"""
