"""Liaison: what social services do with a referral, from seen to taken over, and what goes back to the reporter."""
