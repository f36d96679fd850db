"""Forms about units, heads and accounts. They read and check the shape of what was typed; nothing is written here."""
