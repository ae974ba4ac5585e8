"""Runs the command line as `python -m lvstate`."""

from lvstate.cli import main

if __name__ == "__main__":
    main()
