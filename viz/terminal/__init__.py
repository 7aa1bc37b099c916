"""What is read in a terminal: tables and sentences, one file a subject."""
