"""What the practice's staff does: who works there, patients, reports, uploads, letters."""
