"""How well and fast records of one person are found."""
