"""Small records beside the journal: API keys, invitations given out, webhooks. `base` has the interface."""
