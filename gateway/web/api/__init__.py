"""The partner API: an agency's own software sends referrals, and sees where each stands. JSON alone, and no cookie."""
