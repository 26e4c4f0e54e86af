"""Playing stories: real sites with business time that jumps, real actions in order, then what must be true."""
