"""Units, accounts and notices in the working area."""

from django.urls import path

from units.views import accounts, notices, session, units

app_name = "units"

urlpatterns = [
    path("don-vi/", units.units, name="list"),
    path("don-vi/<int:pk>/", units.unit, name="detail"),
    path("don-vi/<int:pk>/nguoi-dung-dau/them/", units.tenure_add, name="tenure_add"),
    path("don-vi/nhiem-ky/<int:pk>/", units.tenure_change, name="tenure_change"),
    path("tai-khoan/", accounts.accounts, name="accounts"),
    path("tai-khoan/them/", accounts.account_add, name="account_add"),
    path("tai-khoan/cua-toi/", session.me, name="me"),
    path("tai-khoan/cua-toi/thoat-noi-khac/", session.end_other_sessions, name="end_other_sessions"),
    path("tai-khoan/cua-toi/thu/", notices.own_email, name="own_email"),
    path("tai-khoan/<int:pk>/", accounts.account, name="account"),
    path("tai-khoan/<int:pk>/sua/", accounts.account_change, name="account_change"),
    path("tai-khoan/<int:pk>/mat-khau/", accounts.password_reset, name="password_reset"),
    path("tai-khoan/<int:pk>/ngung/", accounts.deactivate, name="deactivate"),
    path("tai-khoan/<int:pk>/mo-lai/", accounts.activate, name="activate"),
    path("tai-khoan/<int:pk>/vai-tro/them/", accounts.role_add, name="role_add"),
    path("tai-khoan/vai-tro/<int:pk>/ket-thuc/", accounts.role_end, name="role_end"),
    path("thong-bao/", notices.notices, name="notices"),
    path("thong-bao/da-doc/", notices.notices_read, name="notices_read"),
    path("thong-bao/<int:pk>/doc/", notices.notice_read, name="notice_read"),
    path("thong-bao/cach-nhan/", notices.notice_ways, name="notice_ways"),
    path("thong-bao/mau/", notices.notice_texts, name="notice_texts"),
    path("thong-bao/mau/<slug:kind>/", notices.notice_text, name="notice_text"),
    path("thong-bao/mau/<slug:kind>/goc/", notices.notice_text_restore, name="notice_text_restore"),
    path("thong-bao/thu-loi/", notices.mail_failures, name="mail_failures"),
    path("thong-bao/thu-loi/gui-lai/", notices.mail_again, name="mail_again"),
]
