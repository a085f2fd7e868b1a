"""The contracts: events, schemas, law and refusals."""
