"""Files as they come: what each is by its content, really opened, and what is kept of it. Runs in a process of its own."""
