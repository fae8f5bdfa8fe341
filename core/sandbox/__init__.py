"""The walls a worker closes around itself: Landlock, seccomp, a file system of its own, resource limits."""
