"""What every part stands on and that knows none of them: settings, database, problems, turns, secrets."""
