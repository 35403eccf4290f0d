"""Where referrals go: one adapter per case-management system behind one seam, so that delivery knows none by name."""
