"""Who uses the hub during a fault run: agencies that hand over and work, readers, and strangers who ask for what is not theirs."""
