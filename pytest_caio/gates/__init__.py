"""Gate files and policy: read, validated, and made into the plan of what is due."""
