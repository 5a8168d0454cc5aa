"""What the terminal chat is made of: commands, screens, the conversation and its file."""
