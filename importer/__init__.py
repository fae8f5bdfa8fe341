"""From a disc, stick, folder, ISO or ZIP to the library."""
