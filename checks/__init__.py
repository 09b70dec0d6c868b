"""What run_local_ci.py is made of. Standard library only, apart from `budget`, which pytest loads."""
