"""Persons as files name them: names, birth dates, who may be the same."""
