def lesson_rooms(lessons: list[tuple[int, int]]) -> list[int]:
    """The number of the room of each lesson."""
    rooms: list[int] = []
    for start, end in lessons:
        near = {
            room
            for room, (other_start, other_end) in zip(rooms, lessons, strict=False)
            if start < other_end + 10 and other_start < end + 10
        }
        number = 1
        while number in near:
            number += 1
        rooms.append(number)
    return rooms
