"""Mail: composed from a few words, and handed over. It knows no store, no form and no page."""
