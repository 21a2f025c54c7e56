"""Who a reader is."""
