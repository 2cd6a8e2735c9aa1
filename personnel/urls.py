from django.urls import path, register_converter

from personnel.views import adding, contacts, credentials, duplicates, people, services, verification


class RecordConverter:
    """The kind of record in a URL (credential, language, …); any other word is a 404."""

    regex = "|".join(credentials.FORMS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RecordConverter, "record")

urlpatterns = [
    path("people/", people.person_list, name="person_list"),
    path("people/new/", adding.person_add, name="person_add"),
    path("people/duplicates/", duplicates.duplicate_list, name="duplicate_list"),
    path("people/papers/", verification.papers_to_verify, name="papers_to_verify"),
    path("people/papers/verify/", verification.papers_verify, name="papers_verify"),
    path("people/<id:person_id>/", people.person_detail, name="person_detail"),
    path("people/<id:person_id>/edit/", people.person_edit, name="person_edit"),
    path("people/<id:person_id>/eligibility/", people.person_eligibility, name="person_eligibility"),
    path("people/<id:person_id>/merge/<id:other_id>/", duplicates.person_merge, name="person_merge"),
    path("people/<id:person_id>/distinguish/<id:other_id>/", duplicates.person_distinguish, name="person_distinguish"),
    path("people/<id:person_id>/contacts/", contacts.contact_list, name="contact_list"),
    path("people/<id:person_id>/contacts/new/", contacts.contact_add, name="contact_add"),
    path("contacts/<id:contact_id>/remove/", contacts.contact_remove, name="contact_remove"),
    path("people/<id:person_id>/<record:what>/new/", credentials.record_add, name="record_add"),
    path("records/<record:what>/<id:record_id>/", credentials.record_edit, name="record_edit"),
    path(
        "attestations/<id:attestation_id>/withdraw/",
        credentials.attestation_withdraw,
        name="attestation_withdraw",
    ),
    path("services/", services.service_list, name="service_list"),
    path("services/<id:service_id>/", services.service_detail, name="service_detail"),
    path("services/<id:service_id>/edit/", services.service_edit, name="service_edit"),
    path("services/<id:service_id>/rename/", services.service_rename, name="service_rename"),
    path("services/names/<id:name_id>/withdraw/", services.service_name_withdraw, name="service_name_withdraw"),
    path("services/<id:service_id>/agreements/new/", services.agreement_add, name="agreement_add"),
    path("agreements/<id:agreement_id>/edit/", services.agreement_edit, name="agreement_edit"),
]
