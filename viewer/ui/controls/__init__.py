"""What stands around the picture: the actions with their bar and menu, the list of series, the line below."""
