"""The referral gateway: web forms in, a case-management system out, and a store between them.

Importing this package loads none of its rooms.
"""
