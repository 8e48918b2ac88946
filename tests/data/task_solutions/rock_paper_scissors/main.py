import sys

BEATS = {"rock": "scissors", "scissors": "paper", "paper": "rock"}


def main():
    score = {"Ann": 0, "Bob": 0}
    for line in sys.stdin:
        moves = line.split()
        if len(moves) != 2 or any(move not in BEATS for move in moves):
            print(f"no round: {line.strip()}", file=sys.stderr)
            return 2
        ann, bob = moves
        if ann == bob:
            print("draw")
            continue
        winner = "Ann" if BEATS[ann] == bob else "Bob"
        score[winner] += 1
        print(winner)
    print(f"Ann {score['Ann']}, Bob {score['Bob']}")
    return 0


sys.exit(main())
