"""Proofs, sorted by what they are about. Real RabbitMQ and PostgreSQL; a missing server fails, it never skips."""
