"""`python -m trainers.digits`."""

from trainers.digits import main

if __name__ == "__main__":
    main()
