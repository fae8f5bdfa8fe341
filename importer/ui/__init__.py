"""The widgets of "Discs & drives": cards, drop target, person chooser, receipt."""
