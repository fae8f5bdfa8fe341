"""The files of images and reports, each named by what is in it, and whether they are still what came."""
