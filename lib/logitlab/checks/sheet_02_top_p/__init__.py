"""Exercises of lesson 2: top-p."""
