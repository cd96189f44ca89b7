module shapes
  implicit none
contains
  integer function area(side)
    integer, intent(in) :: side
    area = side**2
  end function area
end module shapes
