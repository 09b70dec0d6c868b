"""`python -m core.launch`: what run_app.py starts inside the environment that it made."""

import sys

try:
    from core.launch.starting import main
except ModuleNotFoundError as error:  # with --no-install: this Python as it is
    print(
        f"{error.name} is not installed here; run run_app.py without --no-install", file=sys.stderr
    )
    sys.exit(3)

if __name__ == "__main__":
    sys.exit(main())
