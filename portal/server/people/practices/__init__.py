"""Several practices in one portal, and under one sign-in (A9)."""
