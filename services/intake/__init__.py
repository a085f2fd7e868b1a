"""Intake: agencies hand over referrals and questions; a receipt is given only for what is durably stored."""
