"""What comes in: announced, judged instance by instance, filed under its person, proved."""
