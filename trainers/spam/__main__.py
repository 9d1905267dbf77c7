"""`python -m trainers.spam`."""

from trainers.spam import main

if __name__ == "__main__":
    main()
