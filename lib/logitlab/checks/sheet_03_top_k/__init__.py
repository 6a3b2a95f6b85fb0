"""Exercises of lesson 3: top-k."""
