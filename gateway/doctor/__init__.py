"""What `flask doctor` looks at: is everything that the gateway needs there, and does it do what it should?

Each check says what it found and what to do, and none needs another one to succeed. Nothing here shows a secret, an
answer or a name.
"""
