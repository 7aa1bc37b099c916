"""What is read in a browser: the application, its pages, parts and server."""
