"""What the terminal chat is made of: commands, screens and files."""
