"""Signing in: OAuth 2 with PKCE, device grant, refresh, the sign-in pages."""
