"""Exports of chats, read as conversations: one module per format, each to one shape."""
