"""What every service stands on: settings, event store, relay, bus, identity, keyring and web. It knows no service."""
