"""NATS with JetStream: the streams, and who may do what."""
