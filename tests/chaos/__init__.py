"""Everything goes wrong at once, bounded in number and time: what was shown as sent arrives, and doubles are marked."""
