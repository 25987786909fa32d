"""What Hacker News talks about this hour."""
