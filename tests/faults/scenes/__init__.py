"""Which promises are tried, one module for each."""
