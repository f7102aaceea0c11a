"""The demonstration country: planted parameters, a levels model of it, the tables and the answers.

Nothing here comes from the rooms that compute (``measure``, ``simulate``, ``share``), so that their
answers can be held against these.
"""
