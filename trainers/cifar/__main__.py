"""`python -m trainers.cifar`."""

from trainers.cifar import main

if __name__ == "__main__":
    main()
