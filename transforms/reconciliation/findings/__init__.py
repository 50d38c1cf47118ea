"""What of the tables after a run needs a person, by whose things it is about."""
