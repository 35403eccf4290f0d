"""Mail: receipts, saved forms, alerts. Each is a job of its own. Nothing is sent yet."""
