"""The language the agencies share: events, envelope, refusals, agencies and the table of law."""
