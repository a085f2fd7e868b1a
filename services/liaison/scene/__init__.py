"""The call to the scene: what it is, and what a patrol and Socialjouren decide about it together. Every module here is pure."""
