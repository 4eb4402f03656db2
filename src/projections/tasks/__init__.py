"""Tasks as they are: lists of them, and which have to be told of next."""
