"""The pages people see when they sign in, activate an account or let a device in."""
