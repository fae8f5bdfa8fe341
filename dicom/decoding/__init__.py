"""Both sides of a decode worker: its tasks, and the calls that ask for them."""
