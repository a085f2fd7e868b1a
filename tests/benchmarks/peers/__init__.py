"""What a user would build instead, honest and tuned: each a service that takes the same POST and stores it."""
