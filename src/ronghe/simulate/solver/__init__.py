"""The solver: from a world and a shock to a certified equilibrium; arrays only, no names, no scenarios."""
