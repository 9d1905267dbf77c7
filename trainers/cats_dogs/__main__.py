"""`python -m trainers.cats_dogs`."""

from trainers.cats_dogs import main

if __name__ == "__main__":
    main()
