import sys

LINES = ["012", "345", "678", "036", "147", "258", "048", "246"]


def won(board, player):
    return any(all(board[int(square)] == player for square in line) for line in LINES)


def play(lines):
    board, player = ["."] * 9, "X"
    for line in lines:
        move = line.strip()
        if move not in tuple("123456789") or board[int(move) - 1] != ".":
            print("try again")
            continue
        board[int(move) - 1] = player
        if won(board, player):
            return board, f"{player} wins"
        if "." not in board:
            return board, "draw"
        player = "O" if player == "X" else "X"
    return board, "unfinished"


board, result = play(sys.stdin)
for row in (0, 3, 6):
    print("".join(board[row : row + 3]))
print(result)
