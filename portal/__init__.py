"""The account: wire shapes (`wire/`), the reference portal (`server/`), the way to it (`client/`), its screens."""
