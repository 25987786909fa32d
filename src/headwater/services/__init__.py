"""Services: small loops that decide when something runs."""
