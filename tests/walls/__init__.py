"""The walls between agencies: what nobody may read, from the outside and from beneath."""
