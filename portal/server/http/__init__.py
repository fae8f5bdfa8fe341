"""The web server around the parts: connections, limits, methods, who is still allowed, the API's description."""
