"""RabbitMQ for one service: names and definitions from the chain's table, consuming, confirmed publishing."""
