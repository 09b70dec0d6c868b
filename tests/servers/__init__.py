"""Real servers for tests: fetched by their package manager, started on a free port of this machine, stopped by their id."""
