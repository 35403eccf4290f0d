"""An organisation whose forms are in English and in Arabic, which is written from right to left."""

from pathlib import Path

PROFILE = """\
name: {en: Quayside Advice, ar: إرشاد الميناء}
languages: [en, ar]
contact: {phone: 01632 960321, email: help@quayside.example}
urgent_help: {en: "In danger? Call 999.", ar: "هل أنت في خطر؟ اتصل بالرقم 999."}
charitylog:
  {url: "${CHARITYLOG_URL}", source: "${CHARITYLOG_SOURCE}", org: "${CHARITYLOG_ORG}", user: "${CHARITYLOG_USER}"}
"""
FORM = """\
title: {en: Ask for advice, ar: اطلب المشورة}
introduction: {en: It takes 2 minutes., ar: "يستغرق الأمر دقيقتين."}
quick_exit: true
charitylog: {delivery: staged, source: 1, project: 7}
people: [{id: client, charitylog: {org_type_id: 2, role: 1}}]
pages:
  - id: about
    fields:
      - {name: first_name, type: text, label: {en: First name, ar: الاسم الأول}, required: true,
         required_message: {en: Tell us your first name, ar: اكتب اسمك الأول}}
      - {name: surname, type: text, label: {en: Last name, ar: اسم العائلة}, required: true,
         required_message: {en: Tell us your last name, ar: اكتب اسم عائلتك}}
      - {name: date_of_birth, type: date, label: {en: Date of birth, ar: تاريخ الميلاد}}
      - {name: mobile, as: telephone, type: phone, label: {en: Phone number, ar: رقم الهاتف}}
      - name: topic
        type: radios
        label: {en: What is it about, ar: ما الموضوع}
        send: description
        choices:
          - {value: home, label: {en: My home, ar: السكن}}
          - {value: money, label: {en: Money, ar: المال}}
      - {name: description, type: textarea, max_length: 1000,
         label: {en: "How can we help?", ar: "كيف يمكننا مساعدتك؟"}}
sent: {what_happens_next: {en: We will call you., ar: "سوف نتصل بك."}}
"""


def write(organisations: Path) -> None:
    """Put the organisation beside the others."""
    forms = organisations / "quayside" / "forms"
    forms.mkdir(parents=True)
    (forms.parent / "organisation.yaml").write_text(PROFILE, encoding="utf-8")
    (forms / "advice.yaml").write_text(FORM, encoding="utf-8")
