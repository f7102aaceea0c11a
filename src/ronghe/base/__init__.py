"""Room ``base`` (its door is filled as the room is built)."""
