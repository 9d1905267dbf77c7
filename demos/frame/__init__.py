"""What every chapter shares: the parts of a tab, links, languages, the server around the page."""
