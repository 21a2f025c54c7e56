"""What does the rig put into the processes of its site? Nothing of it is in the product."""
