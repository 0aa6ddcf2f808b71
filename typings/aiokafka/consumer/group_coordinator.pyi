class GroupCoordinator:
    generation: int
    member_id: str
