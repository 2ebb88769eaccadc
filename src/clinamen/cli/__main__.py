"""``python -m clinamen.cli``."""

from clinamen.cli import main

if __name__ == "__main__":
    main()
