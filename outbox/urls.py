from django.urls import path

from outbox import views

urlpatterns = [
    path("letters/", views.letter_list, name="letter_list"),
    path("letters/again/", views.letters_again, name="letters_again"),
    path("letters/<id:letter_id>/", views.letter_detail, name="letter_detail"),
    path("letters/<id:letter_id>/again/", views.letter_again, name="letter_again"),
    path("letters/<id:letter_id>/put-aside/", views.letter_put_aside, name="letter_put_aside"),
]
