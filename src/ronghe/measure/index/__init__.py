"""The index engine: composite indicators from a declarative recipe, every stage kept and every change logged."""
