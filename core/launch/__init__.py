"""How Marquee is set up and started: the environment, the address, the server process and its supervisor.

`console` and `environment` need the standard library alone, so that run_app.py and run_local_ci.py can use
them on a machine where nothing is installed yet. The others run inside the environment.
"""
