"""Exercises of "Bugs that shipped": the first mistake of each is the fault itself."""
