"""What the services say to each other: identifiers, words, events, and the chain as one table. No I/O."""
