"""What one run was asked: options, environments, access to GHL, the start of the cycle."""
