"""A portal of this program's own, run beside it on this computer to try things with."""
