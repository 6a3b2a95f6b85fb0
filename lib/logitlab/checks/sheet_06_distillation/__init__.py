"""Exercises of lesson 6, distillation: one module an exercise."""
