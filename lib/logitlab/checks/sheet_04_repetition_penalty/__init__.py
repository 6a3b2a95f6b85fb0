"""Exercises of lesson 4: repetition penalty."""
