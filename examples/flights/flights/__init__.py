"""The flights that left New York in 2013, and how late."""
