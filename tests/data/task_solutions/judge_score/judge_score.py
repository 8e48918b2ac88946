def judge_score(marks: list[int]) -> int:
    """Round the mean of the marks, without the greatest and the smallest of many."""
    if any(mark < 0 or mark > 10 for mark in marks):
        raise ValueError("marks go from 0 to 10")
    counted = sorted(marks)
    if len(counted) >= 4:
        counted = counted[1:-1]
    if not counted:
        return 0
    return (2 * sum(counted) + len(counted)) // (2 * len(counted))
