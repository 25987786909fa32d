"""What lets a program written for Dagster run here."""
