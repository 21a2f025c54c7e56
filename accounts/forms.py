"""What does a reader fill in about himself?"""

from django import forms


class SignupForm(forms.Form):
    def signup(self, request, user) -> None:
        """Called by allauth once the user has been stored."""
