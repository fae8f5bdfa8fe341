"""When the portal is asked, and how its lists are drawn."""
