"""Log in, log out and passwords: the names Django and the templates look for, without a namespace."""

from django.urls import path

from units.views import session

urlpatterns = [
    path("dang-nhap/", session.login, name="login"),
    path("dang-xuat/", session.logout, name="logout"),
    path("doi-mat-khau/", session.password_change, name="password_change"),
    path("doi-mat-khau/xong/", session.password_change_done, name="password_change_done"),
]
