"""Who is here and waits: taken in, called in order, shown on the screen of the waiting room."""
