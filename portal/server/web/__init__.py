"""The portal in a browser, without the desktop program: the way in, and the page of whoever is signed in."""
