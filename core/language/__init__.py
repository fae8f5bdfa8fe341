"""What every room needs to write people's language: plurals, days, the direction of foreign words."""
