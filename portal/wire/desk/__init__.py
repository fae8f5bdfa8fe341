"""What the practice's staff asks and is answered: members, patients, exams, letters."""
