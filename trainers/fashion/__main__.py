"""`python -m trainers.fashion`."""

from trainers.fashion import main

if __name__ == "__main__":
    main()
