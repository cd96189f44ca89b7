module greeting
  implicit none
  character(len=*), parameter :: text = 'modules'
end module greeting
