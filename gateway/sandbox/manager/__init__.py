"""The pages that stand for screens inside Charitylog, above all the External Referral Manager."""
