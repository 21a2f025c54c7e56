"""Which address answers what? Signing in and up, passwords and second factors are allauth's."""

from allauth.account.views import complete_password_reset, confirm_password_reset_code
from allauth.mfa.totp.views import activate_totp
from csp.decorators import csp_update
from django.urls import path

from accounts import views
from accounts.resetting import while_it_holds

app_name = "accounts"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("data/", views.personal_data, name="personal_data"),
    path("data/<int:pk>/json/", views.json_file, name="json_file"),
    path("data/<int:pk>/html/", views.html_file, name="html_file"),
    path("closing/", views.closing, name="closing"),
    path("closing/withdrawal/", views.closing_withdrawal, name="closing_withdrawal"),
    path("name/", views.name, name="name"),
    path("sessions/<int:pk>/ending/", views.end_session, name="end_session"),
    # Stands before allauth's own line: its QR code is the one picture that is not a file.
    path("2fa/totp/activate/", csp_update({"img-src": "data:"})(activate_totp)),
    path("password/reset/confirm/", while_it_holds(confirm_password_reset_code)),
    path("password/reset/complete/", while_it_holds(complete_password_reset)),
]
