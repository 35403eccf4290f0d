"""For comparison: the same twelve questions as a plain Flask-WTF page that keeps the answers in SQLite, unsealed.

Written as one would write it by hand: session cookie with CSRF token, validators, one durable insert, a confirmation.
"""

import os
import sqlite3
import threading

from flask import Flask, render_template
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Regexp

NAMES = ("first_name", "surname", "address1", "town", "postcode", "telephone", "email", "date_of_birth", "district",
         "wanted", "registered_disabled", "description")  # fmt: skip

app = Flask(__name__)
app.secret_key = os.environ["PLAIN_PAGE_KEY"]
_kept = threading.local()


class PageForm(FlaskForm):
    """The twelve questions."""

    first_name = StringField("First name", [DataRequired(), Length(max=60)])
    surname = StringField("Last name", [DataRequired(), Length(max=60)])
    address1 = StringField("House and street", [DataRequired(), Length(max=200)])
    town = StringField("Town", [DataRequired(), Length(max=200)])
    postcode = StringField("Postcode", [DataRequired(), Regexp(r"(?i)^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$")])
    telephone = StringField("Phone number", [DataRequired(), Regexp(r"^[\d +()-]{7,20}$")])
    email = StringField("Email address", [DataRequired(), Email()])
    date_of_birth = DateField("Date of birth", [DataRequired()])
    district = SelectField("Where do you live?", choices=["Northside", "Southside", "Harbour", "Old Town", "Elsewhere"])
    wanted = RadioField("What would help most?", choices=["A call", "A visit", "A break", "Advice"])
    registered_disabled = RadioField("Are you registered disabled?", choices=["Y", "N"])
    description = TextAreaField("How can we help?", [DataRequired(), Length(max=2000)])


def database() -> sqlite3.Connection:
    """Give this thread's connection, opened once."""
    if not hasattr(_kept, "connection"):
        _kept.connection = sqlite3.connect(os.environ["PLAIN_PAGE_DATABASE"], timeout=30)
        _kept.connection.execute("PRAGMA journal_mode=WAL")
        _kept.connection.execute("PRAGMA synchronous=FULL")
        _kept.connection.execute(f"CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY, {', '.join(NAMES)})")
    return _kept.connection


@app.route("/", methods=["GET", "POST"])
def page() -> str:
    """Show the form, or keep the answers and say thank you."""
    form = PageForm()
    if not form.validate_on_submit():
        return render_template("form.html", form=form)
    values = [str(form[name].data) for name in NAMES]
    with database() as connection:
        insert = f"INSERT INTO sent ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608 - our own names
        row = connection.execute(insert, values)
    return render_template("thanks.html", name=form.first_name.data, reference=row.lastrowid)
