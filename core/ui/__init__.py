"""Qt parts every room's `ui/` uses: they know the style sheet's roles and nothing about the application."""
