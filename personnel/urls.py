from django.urls import path

from personnel import views

urlpatterns = [
    path("people/", views.person_list, name="person_list"),
    path("people/new/", views.person_add, name="person_add"),
    path("people/<id:person_id>/", views.person_detail, name="person_detail"),
    path("people/<id:person_id>/edit/", views.person_edit, name="person_edit"),
    path("services/", views.service_list, name="service_list"),
    path("services/<id:service_id>/", views.service_detail, name="service_detail"),
]
