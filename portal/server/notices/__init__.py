"""What people are told by e-mail and text message: written with what it tells of, kept until it was sent."""
