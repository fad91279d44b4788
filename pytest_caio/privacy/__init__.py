"""What leaves no trace: secrets and people's data, found and reduced before anything is kept."""
