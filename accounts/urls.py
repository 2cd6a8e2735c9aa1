"""Sign-in, sign-out and password, by allauth. Its other pages (sign-up, e-mail addresses) are not offered."""

from allauth.account import views
from django.urls import path

from accounts.views import (
    list_settings,
    make_first_administrator,
    saved_view_delete,
    saved_view_edit,
    saved_view_list,
    session_time,
    sign_out,
)

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("session/", session_time, name="session_time"),
    path("lists/", list_settings, name="list_settings"),
    path("views/", saved_view_list, name="saved_view_list"),
    path("views/<id:view_id>/", saved_view_edit, name="saved_view_edit"),
    path("views/<id:view_id>/delete/", saved_view_delete, name="saved_view_delete"),
    path("sign-out/", sign_out, name="account_logout"),
    path("password/", views.password_change, name="account_change_password"),
    path("password/forgotten/", views.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", views.password_reset_done, name="account_reset_password_done"),
    path("password/choose/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("password/choose/<uidb36>/<key>/", views.password_reset_from_key, name="account_reset_password_from_key"),
    path("first-administrator/<key>/", make_first_administrator, name="account_first_administrator"),
    path("inactive/", views.account_inactive, name="account_inactive"),
]
