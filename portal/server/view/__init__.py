"""What the recipient's page shows, and the page itself."""
