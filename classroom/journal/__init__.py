"""Where the events of rooms are kept. `base` has the interface; `memory` and `sqlite` implement it."""
