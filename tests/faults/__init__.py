"""Does the site keep its promises while it is being broken? (docs/decisions/0043)"""
