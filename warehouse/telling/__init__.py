"""What is kept, told to people: in figures, in lines, as it stands now, at what pace."""
