"""Shared notes: `updates` reads Yjs updates, `document` judges and merges them, `store` and `sqlite` keep them, `desk` serves
them to sessions."""
