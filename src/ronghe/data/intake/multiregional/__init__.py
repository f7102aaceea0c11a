"""Readers of multi-regional input-output tables: several sheets, one sheet, or arrays described by a mapping."""
