proc area*(side: int): int =
  side * side
