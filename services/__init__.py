"""The hub's services: intake, liaison, projections and portal, over the kit."""
