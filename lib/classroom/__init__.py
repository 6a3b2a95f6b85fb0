"""What a teacher runs: build the notebooks, grade a class, report."""
