"""What may be sent, and where: in front of every request."""
