"""Derivatives of outcomes by all barriers at once: the tangent system, backward (adjoint) and forward."""
