import sys

WIDTH, HEIGHT = 7, 6
DIRECTIONS = [(0, 1), (1, 0), (1, 1), (1, -1)]


def run_length(board, square, player, direction):
    length = 1
    for sign in (1, -1):
        row, column = square
        while True:
            row, column = row + sign * direction[0], column + sign * direction[1]
            if board.get((row, column)) != player:
                break
            length += 1
    return length


def play(moves):
    board, player, count = {}, "A", 0
    for move in moves:
        if move not in tuple("1234567"):
            raise ValueError(f"no column: {move}")
        column = int(move)
        row = sum((r, column) in board for r in range(HEIGHT))
        if row == HEIGHT:
            raise ValueError(f"column {column} is full")
        board[row, column] = player
        count += 1
        if any(run_length(board, (row, column), player, each) >= 4 for each in DIRECTIONS):
            return board, f"{player} wins after {count} moves"
        if count == WIDTH * HEIGHT:
            return board, "draw"
        player = "B" if player == "A" else "A"
    return board, f"{player} to move"


def main():
    try:
        board, result = play(sys.stdin.read().split())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for row in reversed(range(HEIGHT)):
        print("".join(board.get((row, column), ".") for column in range(1, WIDTH + 1)))
    print(result)
    return 0


sys.exit(main())
