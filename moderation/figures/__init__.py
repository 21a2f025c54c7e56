"""How much work does the desk have, how fast and how well is it done?"""
