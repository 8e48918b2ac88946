import sys

from shop import total


def main(words):
    print(total([float(word) for word in words]))


if __name__ == "__main__":
    main(sys.argv[1:])
