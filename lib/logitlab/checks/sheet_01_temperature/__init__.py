"""Exercises of lesson 1: temperature."""
