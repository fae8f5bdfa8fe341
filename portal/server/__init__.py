"""The reference portal: its own process, which the desktop talks to over HTTP like to any portal."""
