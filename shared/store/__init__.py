"""PostgreSQL for one service: transactions that also write the log, the outbox and the inbox."""
