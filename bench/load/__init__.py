"""Does the site bear what real papers see? Loads L1, L2, L3, L4, L5, L6 and L8 of an open model."""
