"""What keeps the course true; modules here and in the folders below are imported as tests...."""
