"""The API for programs: REST under `/api/v1`, its keys, invitations, attendance, webhooks. docs/api.md tells its users."""
