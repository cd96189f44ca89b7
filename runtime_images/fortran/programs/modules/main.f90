program main
  use base
  use shapes, only: area
  implicit none
  if (area(3) == 9) call tell()
end program main
