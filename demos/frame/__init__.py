"""What every chapter shares: the parts of a tab, links, languages, and the server around the page."""
