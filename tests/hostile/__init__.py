"""What becomes of texts that others wrote to break sites like this? `make hostile`"""
