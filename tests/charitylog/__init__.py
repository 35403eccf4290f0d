"""The API client against real sockets on the loopback, and its pure parts by tables and properties."""
