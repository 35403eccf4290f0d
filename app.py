"""The WSGI entry: gunicorn serves `app`."""

from gateway.factory import create_app

app = create_app()
