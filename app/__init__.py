"""The only place that constructs and composes: what the program is made of, its window and its command line."""
