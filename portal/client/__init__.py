"""The way to an account: signing in, exams, upload, shares, activity. Plain Python without Qt."""
