"""What several chapters draw alike."""
