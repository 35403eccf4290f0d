"""The store: the only room that knows SQL, and the only thing that the web and the delivery share."""
