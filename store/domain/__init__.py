"""Domain words: pure functions that turn the API's documents into exact facts and readable text."""
