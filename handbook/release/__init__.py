"""What a release gives its readers: the site in a zip, the book in a PDF, the wheel, their list."""
