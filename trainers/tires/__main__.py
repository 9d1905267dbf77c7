"""`python -m trainers.tires`."""

from trainers.tires import main

if __name__ == "__main__":
    main()
