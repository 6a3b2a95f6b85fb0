"""Exercises of lesson 5: entropy."""
