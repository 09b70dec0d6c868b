"""What the one transaction of an import writes, and what must hold before it does."""
