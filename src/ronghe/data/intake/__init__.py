"""Intake: the tables of an office as they are. A gate, sheets, a header detector, names, units, numbers, faults.

Nothing is repaired silently and nothing missing is filled: what the reader does by rule is listed as a note.
"""
