from django.urls import path

from flags import views

urlpatterns = [path("flags/", views.flag_list, name="flag_list")]
