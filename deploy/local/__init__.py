"""Private RabbitMQ, PostgreSQL and Prometheus as ordinary processes, for the demo, stories, benchmarks and tests."""
