"""Changes the program in small ways, one at a time, and sees whether a test notices: `make mutants`."""
