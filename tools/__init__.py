"""Small programs for the people who work on Headwater; nothing here is shipped."""
