"""Sales by region: the same assets in development and in production."""
