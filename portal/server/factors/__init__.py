"""The second factor of a sign-in: authenticator app and recovery codes (A10)."""
