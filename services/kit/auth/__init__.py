"""Identity: who calls, proven by a token; the only room that knows joserfc and authlib."""
