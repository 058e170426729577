"""What those who run the server see of it: every room and node, sorted by trouble, and what they can do about it.

`history`, `timeline`, `person`, `room` and `trouble` are the health model: pure, bounded, times are arguments. `watch` feeds
it, `desk` answers from it, `peers` asks the other nodes, `actions` does what an operator asked for, `access` says who may.
No content passes here: never a message, a sound, a picture.
"""
