"""What hands can do: actions, dragging, playing."""
