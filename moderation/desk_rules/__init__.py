"""What has the desk set, where does it hold, and what does it find in a text?"""
