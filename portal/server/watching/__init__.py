"""What whoever runs the portal watches: whether it can work, and numbers without names."""
