"""Which node owns which room, and how the others reach it. `base` has the interfaces; `local` is one node on its own."""
