"""What is searched for by name, word or number: persons, organisations, leads and deals."""
