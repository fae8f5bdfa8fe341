"""The widgets of "My portal": the way in, exams, what is being sent, what is shared, what happened."""
