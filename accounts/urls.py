"""Sign-in, sign-out and password, by allauth. Its other pages (sign-up, e-mail addresses) are not offered."""

from allauth.account import views
from django.urls import path

from accounts.views import sign_out

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", sign_out, name="account_logout"),
    path("password/", views.password_change, name="account_change_password"),
    path("inactive/", views.account_inactive, name="account_inactive"),
]
