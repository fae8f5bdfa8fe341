"""What a person does, once for the window and for the command line: plain functions of what they are handed.

Each gives what was done; nothing here prints, parses the words of a command line or knows a window. What one call of
the shelf or of the account does by itself needs no action. Engines are imported when an action is called, so that the
window is there before they are.
"""
