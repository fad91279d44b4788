"""What ``caio init`` writes into a repository: texts with blanks."""
