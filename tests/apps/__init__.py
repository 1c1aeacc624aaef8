"""The two apps that tests run as programs: a user's, which knows nothing of this library, and the repository's own."""
