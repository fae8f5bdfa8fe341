"""The account: wire shapes (`wire.py`), the reference portal (`server/`), the way to it (`client/`), its screens."""
