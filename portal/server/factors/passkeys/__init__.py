"""Passkeys (WebAuthn): made, used, taken away."""
