"""Chapter: the playground."""
