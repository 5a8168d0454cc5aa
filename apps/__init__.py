"""What a person or a program meets: pages, HTTP API and terminal chat, all in front of one `model.load`."""
