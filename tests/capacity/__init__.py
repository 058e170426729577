"""What a server carries, measured on this machine and written into docs/capacity.md: `make capacity`."""
